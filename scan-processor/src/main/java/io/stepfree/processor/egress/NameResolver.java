package io.stepfree.processor.egress;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** Finds the addresses of a host name; blocks for as long as that takes. */
@FunctionalInterface
public interface NameResolver {

    /** Asks the machine's own resolver. */
    NameResolver SYSTEM = InetAddress::getAllByName;

    /**
     * @param host a plain host name, never an address
     * @return at least one address
     */
    InetAddress[] resolve(String host) throws UnknownHostException;
}
