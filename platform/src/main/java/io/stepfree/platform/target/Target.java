package io.stepfree.platform.target;

/**
 * A page that may be scanned.
 *
 * @param url the address, absolute, with the host in its plain form
 * @param host the host name or address in lower case; an IPv6 address without brackets
 * @param port the port, the scheme's own where the address names none
 */
public record Target(String url, String host, int port) {}
