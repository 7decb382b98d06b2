package io.stepfree.platform.target;

import inet.ipaddr.IPAddress;
import inet.ipaddr.IPAddressString;
import java.util.List;
import java.util.stream.Stream;

/**
 * The address blocks that are not the public internet: the IANA special-purpose registries for IPv4
 * (RFC 6890) and IPv6, plus multicast and what is reserved. Forms that carry an IPv4 address inside
 * (6to4, NAT64, Teredo, IPv4 compatible) are refused whole: no public page needs them.
 */
final class SpecialAddresses {

    private static final List<IPAddress> BLOCKS =
            Stream.of(
                            "0.0.0.0/8",
                            "10.0.0.0/8",
                            "100.64.0.0/10",
                            "127.0.0.0/8",
                            "169.254.0.0/16",
                            "172.16.0.0/12",
                            "192.0.0.0/24",
                            "192.0.2.0/24",
                            "192.88.99.0/24",
                            "192.168.0.0/16",
                            "198.18.0.0/15",
                            "198.51.100.0/24",
                            "203.0.113.0/24",
                            "224.0.0.0/4",
                            "240.0.0.0/4",
                            "::/96",
                            "64:ff9b::/96",
                            "64:ff9b:1::/48",
                            "100::/64",
                            "100:0:0:1::/64",
                            "2001::/23",
                            "2001:db8::/32",
                            "2002::/16",
                            "3fff::/20",
                            "5f00::/16",
                            "fc00::/7",
                            "fe80::/10",
                            "fec0::/10",
                            "ff00::/8")
                    .map(block -> new IPAddressString(block).getAddress().toPrefixBlock())
                    .toList();

    private SpecialAddresses() {}

    static boolean contain(IPAddress address) {
        return BLOCKS.stream().anyMatch(block -> block.contains(address));
    }
}
