package io.stepfree.gateway.findings;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The decisions of a client that count at a moment, to be asked about many findings. Immutable. */
final class Decisions {

    private final List<Decision> all;
    private final Map<String, Decision> byFingerprint = new HashMap<>();
    private final Map<String, List<Decision>> byRule = new HashMap<>();

    /**
     * @param decisions the narrowest first
     */
    Decisions(List<Decision> decisions) {
        all = List.copyOf(decisions);
        for (Decision decision : decisions) {
            if (decision.fingerprint() != null) {
                byFingerprint.put(decision.fingerprint(), decision);
            } else if (decision.rule() != null) {
                byRule.computeIfAbsent(decision.rule(), _ -> new ArrayList<>()).add(decision);
            }
        }
    }

    /** Another text as soon as one of them is another one. */
    String source() {
        return all.toString();
    }

    boolean isEmpty() {
        return byFingerprint.isEmpty() && byRule.isEmpty();
    }

    /** The one that is about such a finding; where several are, the narrowest. */
    Optional<Decision> of(
            @Nullable String fingerprint, String rule, String host, List<String> target) {
        Decision own = fingerprint == null ? null : byFingerprint.get(fingerprint);
        return own != null
                ? Optional.of(own)
                : byRule.getOrDefault(rule, List.of()).stream()
                        .filter(decision -> decision.covers(fingerprint, rule, host, target))
                        .findFirst();
    }

    /** The finding, with what was decided of it. */
    ShownFinding told(ShownFinding finding) {
        return of(finding.fingerprint(), finding.rule(), finding.host(), finding.target())
                .map(finding::with)
                .orElse(finding);
    }
}
