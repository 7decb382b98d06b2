package io.stepfree.gateway.findings;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** The decisions of a client that count at a moment, to be asked about many findings. Immutable. */
final class Decisions {

    private final List<Decision> all;
    private final Map<String, Decision> byFingerprint = new HashMap<>();
    private final Map<String, List<Decision>> byRule = new HashMap<>();
    private final List<Decision> ofAnyRule = new ArrayList<>();

    /**
     * @param decisions the narrowest first
     */
    Decisions(List<Decision> decisions) {
        all = List.copyOf(decisions);
        for (Decision decision : decisions) {
            if (decision.fingerprint() != null) {
                byFingerprint.put(decision.fingerprint(), decision);
            }
        }
        addPatterns();
    }

    /* Those of any rule stand with those of each one as well, so that the narrowest of both comes first. */
    private void addPatterns() {
        List<Decision> patterns =
                all.stream().filter(decision -> decision.fingerprint() == null).toList();
        patterns.stream()
                .map(Decision::rule)
                .filter(Objects::nonNull)
                .forEach(rule -> byRule.put(rule, new ArrayList<>()));
        for (Decision decision : patterns) {
            String rule = decision.rule();
            if (rule == null) {
                ofAnyRule.add(decision);
                byRule.values().forEach(those -> those.add(decision));
            } else {
                Objects.requireNonNull(byRule.get(rule)).add(decision);
            }
        }
    }

    /** Another text as soon as one of them is another one. */
    String source() {
        return all.toString();
    }

    boolean isEmpty() {
        return all.isEmpty();
    }

    /** The one that is about such a finding; where several are, the narrowest. */
    Optional<Decision> of(DecidedFinding finding) {
        return of(finding, new Effort());
    }

    private Optional<Decision> of(DecidedFinding finding, Effort effort) {
        String name = finding.fingerprint();
        Decision own = name == null ? null : byFingerprint.get(name);
        return own != null
                ? Optional.of(own)
                : byRule.getOrDefault(finding.rule(), ofAnyRule).stream()
                        .filter(decision -> decision.covers(finding, effort))
                        .findFirst();
    }

    /** The finding, with what was decided of it. */
    ShownFinding told(ShownFinding finding) {
        return told(finding, new Effort());
    }

    /**
     * The same.
     *
     * @param effort is told what it takes to know
     */
    ShownFinding told(ShownFinding finding, Effort effort) {
        return of(DecidedFinding.of(finding), effort).map(finding::with).orElse(finding);
    }
}
