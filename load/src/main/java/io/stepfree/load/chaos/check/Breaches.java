package io.stepfree.load.chaos.check;

import java.util.ArrayList;
import java.util.List;

/** Collects what breaks one clause. */
final class Breaches {

    private final String clause;
    private final String promise;
    private final List<String> lines = new ArrayList<>();
    private long looked;

    Breaches(String clause, String promise) {
        this.clause = clause;
        this.promise = promise;
    }

    /** Looks at one thing: unless it is as promised, the sentence is a breach. */
    void hold(boolean kept, String sentence, Object... arguments) {
        looked++;
        if (!kept) {
            lines.add(sentence.formatted(arguments));
        }
    }

    Verdict verdict() {
        return new Verdict(clause, promise, looked, lines);
    }
}
