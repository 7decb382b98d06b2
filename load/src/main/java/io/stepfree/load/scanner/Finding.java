package io.stepfree.load.scanner;

/**
 * One element that breaks one rule, or may.
 *
 * @param verdict violation or needs review
 * @param target the selectors that lead to it, from the outermost frame inwards
 */
public record Finding(Verdict verdict, String rule, String target) {

    /** What the engine says of an element. */
    public enum Verdict {
        VIOLATION("violations"),
        NEEDS_REVIEW("needsReview");

        private final String field;

        Verdict(String field) {
            this.field = field;
        }

        /** Its name in the lines that scanners print. */
        String field() {
            return field;
        }
    }
}
