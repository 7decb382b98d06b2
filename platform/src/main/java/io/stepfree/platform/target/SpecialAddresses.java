package io.stepfree.platform.target;

import inet.ipaddr.IPAddress;
import inet.ipaddr.IPAddressString;
import java.util.List;
import java.util.stream.Stream;

/**
 * The address blocks that are not the public internet: the IANA special-purpose registries for IPv4
 * (RFC 6890) and IPv6, plus multicast and what is reserved. Of IPv6 only 2000::/3 is the public
 * internet (RFC 4291, 2.4), so the rest is refused whole. So are the forms that carry an IPv4
 * address inside (6to4, NAT64, Teredo, IPv4 compatible): no public page needs them.
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
                            "192.31.196.0/24",
                            "192.52.193.0/24",
                            "192.88.99.0/24",
                            "192.168.0.0/16",
                            "192.175.48.0/24",
                            "198.18.0.0/15",
                            "198.51.100.0/24",
                            "203.0.113.0/24",
                            "224.0.0.0/4",
                            "240.0.0.0/4",
                            "::/3",
                            "2001::/23",
                            "2001:db8::/32",
                            "2002::/16",
                            "2620:4f:8000::/48",
                            "3fff::/20",
                            "4000::/2",
                            "8000::/1")
                    .map(block -> new IPAddressString(block).getAddress().toPrefixBlock())
                    .toList();

    private SpecialAddresses() {}

    static boolean contain(IPAddress address) {
        return BLOCKS.stream().anyMatch(block -> block.contains(address));
    }
}
