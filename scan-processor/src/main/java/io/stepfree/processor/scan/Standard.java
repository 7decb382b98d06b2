package io.stepfree.processor.scan;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Conformance targets as tags of axe-core's rules; each includes the easier ones. */
final class Standard {

    /**
     * A tag that names a success criterion: principle, guideline and number, as wcag143 or
     * wcag1411.
     */
    private static final Pattern CRITERION = Pattern.compile("wcag(\\d)(\\d)(\\d{1,2})");

    private Standard() {}

    /** The names of the standards there are, for people. */
    static String names() {
        return "wcag2a, wcag2aa, wcag2aaa, wcag21a, wcag21aa, wcag21aaa, wcag22a, wcag22aa, wcag22aaa, best-practice";
    }

    /** The tags to run for a standard; empty for one that does not exist. */
    static Optional<List<String>> tags(String standard) {
        return switch (standard) {
            case "wcag2a" -> Optional.of(List.of("wcag2a"));
            case "wcag2aa" -> Optional.of(List.of("wcag2a", "wcag2aa"));
            case "wcag2aaa" -> Optional.of(List.of("wcag2a", "wcag2aa", "wcag2aaa"));
            case "wcag21a" -> Optional.of(List.of("wcag2a", "wcag21a"));
            case "wcag21aa" -> Optional.of(List.of("wcag2a", "wcag2aa", "wcag21a", "wcag21aa"));
            case "wcag21aaa" ->
                    Optional.of(
                            List.of(
                                    "wcag2a",
                                    "wcag2aa",
                                    "wcag2aaa",
                                    "wcag21a",
                                    "wcag21aa",
                                    "wcag21aaa"));
            case "wcag22a" -> Optional.of(List.of("wcag2a", "wcag21a", "wcag22a"));
            case "wcag22aa" -> Optional.of(upToWcag22());
            case "wcag22aaa" -> {
                var tags = new ArrayList<>(upToWcag22());
                tags.addAll(List.of("wcag2aaa", "wcag21aaa", "wcag22aaa"));
                yield Optional.of(List.copyOf(tags));
            }
            case "best-practice" -> {
                var tags = new ArrayList<>(upToWcag22());
                tags.add("best-practice");
                yield Optional.of(List.copyOf(tags));
            }
            // The set is open: a newer gateway may know a standard that this worker does not.
            default -> Optional.empty();
        };
    }

    /** The WCAG success criteria among a rule's tags, as 1.4.3. */
    static List<String> successCriteria(List<String> tags) {
        return tags.stream()
                .map(CRITERION::matcher)
                .filter(Matcher::matches)
                .map(tag -> "%s.%s.%s".formatted(tag.group(1), tag.group(2), tag.group(3)))
                .toList();
    }

    private static List<String> upToWcag22() {
        return List.of("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa");
    }
}
