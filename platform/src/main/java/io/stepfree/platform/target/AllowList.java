package io.stepfree.platform.target;

import inet.ipaddr.IPAddress;
import inet.ipaddr.IPAddressString;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The targets that an operator has allowed beside the public ones. */
final class AllowList {

    private static final Pattern ENTRY =
            Pattern.compile(
                    "(?:\\[([^\\]]+)\\]|([^:]+)|([^\\[\\]]*:[^\\[\\]]*:[^\\[\\]]*))(?::(\\d{1,5}))?");

    private final List<Entry> entries;

    /** A host name or a block, with the one port or with any. */
    private record Entry(@Nullable String host, @Nullable IPAddress block, @Nullable Integer port) {

        boolean coversPort(int asked) {
            return port == null || port == asked;
        }

        boolean covers(String asked) {
            return asked.equals(host);
        }

        boolean covers(IPAddress asked) {
            return block != null && block.contains(asked);
        }
    }

    AllowList(List<String> texts) {
        this.entries = texts.stream().map(AllowList::parse).toList();
    }

    boolean covers(String host, int port) {
        return entries.stream().anyMatch(entry -> entry.coversPort(port) && entry.covers(host));
    }

    boolean covers(IPAddress address, int port) {
        return entries.stream().anyMatch(entry -> entry.coversPort(port) && entry.covers(address));
    }

    /** Whether a name may turn out to be allowed once it is resolved. */
    boolean hasBlockFor(int port) {
        return entries.stream().anyMatch(entry -> entry.block() != null && entry.coversPort(port));
    }

    private static Entry parse(String text) {
        Matcher matcher = ENTRY.matcher(text.strip());
        if (!matcher.matches()) {
            throw refused(text);
        }
        String name = firstPresent(matcher.group(1), matcher.group(2), matcher.group(3));
        Integer port = matcher.group(4) == null ? null : Integer.valueOf(matcher.group(4));
        IPAddress block = new IPAddressString(name).getAddress();
        if (block != null) {
            return new Entry(null, block.toPrefixBlock(), port);
        }
        if (name.contains("/") || name.contains("*") || name.isBlank()) {
            throw refused(text);
        }
        return new Entry(name.toLowerCase(Locale.ROOT), null, port);
    }

    private static String firstPresent(@Nullable String... candidates) {
        for (String candidate : candidates) {
            if (candidate != null) {
                return candidate;
            }
        }
        throw new IllegalStateException("the pattern always has one");
    }

    private static IllegalArgumentException refused(String text) {
        return new IllegalArgumentException(
                "stepfree.targets.allow has '%s', which is neither a host name nor an address or CIDR block, with or without :port"
                        .formatted(text));
    }
}
