package io.stepfree.load.scanner;

import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What a scanner says of one page.
 *
 * @param failure why there is nothing to say; absent when there is
 * @param violations how many elements break a rule, an element once for each rule
 * @param needsReview how many may
 * @param findings those elements, as far as they are told
 * @param fingerprints the names of those elements that stay theirs from one scan to the next, where
 *     the scanner gives any
 * @param engine the version of the engine; empty where there is nothing to say
 * @param warnings what the scanner says of its own result, in words
 */
public record PageFindings(
        String url,
        @Nullable String failure,
        int violations,
        int needsReview,
        Set<Finding> findings,
        Set<String> fingerprints,
        String engine,
        String warnings) {

    static PageFindings of(JsonNode line) {
        var findings = new LinkedHashSet<Finding>();
        var fingerprints = new LinkedHashSet<String>();
        for (Finding.Verdict verdict : Finding.Verdict.values()) {
            for (JsonNode rule : line.path(verdict.field())) {
                for (JsonNode target : rule.path("targets")) {
                    findings.add(
                            new Finding(
                                    verdict,
                                    rule.path("rule").asString(),
                                    target.asString().strip()));
                }
                rule.path("fingerprints")
                        .forEach(fingerprint -> fingerprints.add(fingerprint.asString()));
            }
        }
        return new PageFindings(
                line.path("url").asString(),
                line.path("failure").isString() ? line.path("failure").asString() : null,
                count(line.path(Finding.Verdict.VIOLATION.field())),
                count(line.path(Finding.Verdict.NEEDS_REVIEW.field())),
                Set.copyOf(findings),
                Set.copyOf(fingerprints),
                line.path("engine").asString("").replace("axe-core ", ""),
                line.path("warnings").asString(""));
    }

    /** The rules that a violation was found of. */
    public Set<String> violatedRules() {
        var rules = new LinkedHashSet<String>();
        for (Finding finding : findings) {
            if (finding.verdict() == Finding.Verdict.VIOLATION) {
                rules.add(finding.rule());
            }
        }
        return rules;
    }

    private static int count(JsonNode rules) {
        return rules.valueStream().mapToInt(rule -> rule.path("count").asInt()).sum();
    }
}
