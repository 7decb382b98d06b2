package io.stepfree.reporting.format;

/** Text in SARIF, where some signs mean more than themselves. Stateless. */
final class SarifText {

    private SarifText() {}

    /**
     * The text as a message string that is shown as it is: braces would be placeholders (SARIF
     * 2.1.0, 3.11.5), brackets links (3.11.6).
     */
    static String of(String text) {
        return text.replace("\\", "\\\\")
                .replace("[", "\\[")
                .replace("]", "\\]")
                .replace("{", "{{")
                .replace("}", "}}");
    }
}
