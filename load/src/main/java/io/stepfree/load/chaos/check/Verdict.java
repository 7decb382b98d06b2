package io.stepfree.load.chaos.check;

import java.util.List;

/**
 * What the evidence says to one clause of the promise.
 *
 * @param clause its name, as figures are named
 * @param promise what is promised, in words
 * @param looked at how many things it was held
 * @param breaches the things that break it, a line each
 */
public record Verdict(String clause, String promise, long looked, List<String> breaches) {

    public Verdict {
        breaches = List.copyOf(breaches);
    }

    public boolean kept() {
        return breaches.isEmpty();
    }
}
