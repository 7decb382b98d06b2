package io.stepfree.reports.columns;

import java.util.Collection;
import java.util.stream.Collectors;

/**
 * Writes texts as PostgreSQL reads an array (PostgreSQL manual, 8.15.2): an array of arrays needs
 * rows of equal length, one of such texts does not. Stateless.
 */
public final class ArrayText {

    private ArrayText() {}

    /** An array as a text of its own. */
    public static String of(Collection<String> texts) {
        return texts.stream()
                .map(text -> '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"')
                .collect(Collectors.joining(",", "{", "}"));
    }
}
