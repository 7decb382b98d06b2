package io.stepfree.gateway.findings;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The decisions of a client that count at a moment, to be asked about many findings. Immutable. */
final class Decisions {

    private final List<Decision> all;
    private final Map<String, Decision> byFingerprint = new HashMap<>();
    private final List<Decision> byPattern;

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
        byPattern = decisions.stream().filter(decision -> decision.fingerprint() == null).toList();
    }

    /** Another text as soon as one of them is another one. */
    String source() {
        return all.toString();
    }

    boolean isEmpty() {
        return byFingerprint.isEmpty() && byPattern.isEmpty();
    }

    /** The one that is about such a finding; where several are, the narrowest. */
    Optional<Decision> of(DecidedFinding finding) {
        String name = finding.fingerprint();
        Decision own = name == null ? null : byFingerprint.get(name);
        return own != null
                ? Optional.of(own)
                : byPattern.stream().filter(decision -> decision.covers(finding)).findFirst();
    }

    /** The finding, with what was decided of it. */
    ShownFinding told(ShownFinding finding) {
        return of(DecidedFinding.of(finding)).map(finding::with).orElse(finding);
    }
}
