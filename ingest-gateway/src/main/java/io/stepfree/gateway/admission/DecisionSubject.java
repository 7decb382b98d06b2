package io.stepfree.gateway.admission;

import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which findings a decision is about: one by its fingerprint, or all for which everything holds
 * that is not null.
 *
 * @param fingerprint one finding's name over time; then the others are null
 * @param rule the engine's id of the rule
 * @param criterion the WCAG success criterion that the rule belongs to, as 1.4.3
 * @param host the host of the page; {@code *} stands for anything
 * @param path the path of the page; {@code *} stands for anything
 * @param selector the element's own selector
 * @param selectorPrefix what that begins with
 */
public record DecisionSubject(
        @Nullable String fingerprint,
        @Nullable String rule,
        @Nullable String criterion,
        @Nullable String host,
        @Nullable String path,
        @Nullable String selector,
        @Nullable String selectorPrefix) {

    /** Whether it is a rule on one host, perhaps at one selector: what every version knows. */
    public boolean isRuleOnHost() {
        return rule != null
                && host != null
                && !host.contains("*")
                && criterion == null
                && path == null
                && selectorPrefix == null;
    }

    /** How many conditions it has. */
    public long conditions() {
        return parts().count();
    }

    /** How many characters of it stand for themselves. */
    public long characters() {
        return parts().flatMapToInt(String::chars).filter(character -> character != '*').count();
    }

    private Stream<String> parts() {
        return Stream.of(fingerprint, rule, criterion, host, path, selector, selectorPrefix)
                .filter(Objects::nonNull)
                .map(Objects::requireNonNull);
    }
}
