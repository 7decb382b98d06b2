package io.stepfree.load.chaos.check;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

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

    /**
     * Looks at one thing: unless it is as promised, the sentence is a breach.
     *
     * @param sentence with places for the arguments, as in {@link String#formatted}
     */
    // The annotation that is asked for would be a library more.
    @SuppressWarnings("AnnotateFormatMethod")
    void hold(boolean kept, String sentence, @Nullable Object... arguments) {
        looked++;
        if (!kept) {
            lines.add(sentence.formatted(arguments));
        }
    }

    Verdict verdict() {
        return new Verdict(clause, promise, looked, lines);
    }
}
