package io.stepfree.reporting.page;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A success criterion of WCAG 2.2, so that a reader sees more than its number.
 *
 * @param number as 1.4.3
 * @param level A, AA or AAA; "removed" for 4.1.1, which WCAG 2.2 dropped
 * @param name its handle, as Contrast (Minimum)
 */
public record SuccessCriterion(String number, String level, String name) {

    private static final Map<String, SuccessCriterion> ALL = load();

    /** The criterion of a number; empty for a number that WCAG 2.2 does not have. */
    public static Optional<SuccessCriterion> of(String number) {
        return Optional.ofNullable(ALL.get(number));
    }

    /** All that WCAG 2.2 has, in the order of their numbers. */
    public static List<SuccessCriterion> all() {
        return ALL.values().stream()
                .filter(criterion -> !criterion.level().equals("removed"))
                .sorted(Comparator.comparing(SuccessCriterion::place, Arrays::compare))
                .toList();
    }

    private int[] place() {
        return Pattern.compile("\\.").splitAsStream(number).mapToInt(Integer::parseInt).toArray();
    }

    /** The criterion of a number, or one that has nothing but the number. */
    static SuccessCriterion named(String number) {
        return of(number).orElse(new SuccessCriterion(VisibleText.of(number), "", ""));
    }

    /**
     * Where the W3C explains it. Its addresses are the handles in lower case, words joined by
     * hyphens.
     */
    public String address() {
        return "https://www.w3.org/WAI/WCAG22/Understanding/"
                + name.toLowerCase(Locale.ROOT).replaceAll("[^a-z -]", "").replace(' ', '-');
    }

    private static Map<String, SuccessCriterion> load() {
        try (InputStream table =
                SuccessCriterion.class.getResourceAsStream("success-criteria.tsv")) {
            if (table == null) {
                throw new IllegalStateException("success-criteria.tsv is not on the class path");
            }
            return new String(table.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> line.split("\t", -1))
                    .map(cells -> new SuccessCriterion(cells[0], cells[1], cells[2]))
                    .collect(
                            Collectors.toUnmodifiableMap(
                                    SuccessCriterion::number, Function.identity()));
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
