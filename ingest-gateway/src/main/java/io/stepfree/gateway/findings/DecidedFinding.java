package io.stepfree.gateway.findings;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Of a finding what a decision can be about.
 *
 * @param path of its page
 */
record DecidedFinding(
        @Nullable String fingerprint,
        String rule,
        List<String> criteria,
        String host,
        String path,
        List<String> target) {

    /** The columns that {@link #of(ResultSet)} reads. */
    static final String COLUMNS = "fingerprint, rule, criteria, host, url, target";

    static DecidedFinding of(ResultSet row) throws SQLException {
        return new DecidedFinding(
                row.getString("fingerprint"),
                row.getString("rule"),
                List.of((String[]) row.getArray("criteria").getArray()),
                row.getString("host"),
                path(row.getString("url")),
                List.of((String[]) row.getArray("target").getArray()));
    }

    static DecidedFinding of(ShownFinding finding) {
        return new DecidedFinding(
                finding.fingerprint(),
                finding.rule(),
                finding.criteria(),
                finding.host(),
                path(finding.url()),
                finding.target());
    }

    /** From the first slash behind the host; / where the address ends with that. */
    private static String path(String url) {
        int authority = url.indexOf("://");
        int begin = authority < 0 ? -1 : firstOf(url, "/?#", authority + 3);
        if (begin < 0 || url.charAt(begin) != '/') {
            return "/";
        }
        int end = firstOf(url, "?#", begin);
        return end < 0 ? url.substring(begin) : url.substring(begin, end);
    }

    private static int firstOf(String url, String characters, int from) {
        for (int at = from; at < url.length(); at++) {
            if (characters.indexOf(url.charAt(at)) >= 0) {
                return at;
            }
        }
        return -1;
    }
}
