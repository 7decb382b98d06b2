package io.stepfree.gateway.findings;

/**
 * Holds texts against patterns in which {@code *} stands for any characters, also none, and all
 * others for themselves. It takes time in proportion to the product of both lengths at most, and no
 * pattern can make it take more. Stateless and thread-safe.
 */
final class Glob {

    private static final char ANY = '*';

    private Glob() {}

    /**
     * @param effort is told of each step
     */
    static boolean matches(String pattern, String text, Effort effort) {
        int inPattern = 0;
        int inText = 0;
        int star = -1;
        int afterStar = 0;
        while (inText < text.length()) {
            effort.step();
            if (inPattern < pattern.length() && pattern.charAt(inPattern) == ANY) {
                star = inPattern++;
                afterStar = inText;
            } else if (inPattern < pattern.length()
                    && pattern.charAt(inPattern) == text.charAt(inText)) {
                inPattern++;
                inText++;
            } else if (star >= 0) {
                // The last star takes one more; earlier ones never need to.
                inPattern = star + 1;
                inText = ++afterStar;
            } else {
                return false;
            }
        }
        while (inPattern < pattern.length() && pattern.charAt(inPattern) == ANY) {
            inPattern++;
        }
        return inPattern == pattern.length();
    }
}
