package io.stepfree.reporting.receipt;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Knows a report's page for people, which has no receipt of its own: it is written from the
 * report's JSON, and says more at another moment. Stateless.
 */
final class PageForPeople {

    private static final int BEGINNING = 200;

    private static final Pattern SCAN =
            Pattern.compile("id=\"receipt-scan\">([0-9A-Za-z-]{1,64})<");
    private static final Pattern HASH = Pattern.compile("id=\"receipt-hash\">([0-9a-f]{64})<");

    private PageForPeople() {}

    /** What has the receipt in the place of such a page; empty for what is no page. */
    static Optional<Verification> of(String text) {
        String beginning = text.substring(0, Math.min(BEGINNING, text.length()));
        String bare = beginning.startsWith("\uFEFF") ? beginning.substring(1) : beginning;
        if (!bare.stripLeading().regionMatches(true, 0, "<!doctype html", 0, 14)) {
            return Optional.empty();
        }
        Matcher scan = SCAN.matcher(text);
        Matcher hash = HASH.matcher(text);
        return Optional.of(
                scan.find() && hash.find()
                        ? new Verification.PageOf(scan.group(1), hash.group(1))
                        : new Verification.NoReport("it is a page for people"));
    }
}
