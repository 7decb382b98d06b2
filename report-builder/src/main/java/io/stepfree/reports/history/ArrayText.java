package io.stepfree.reports.history;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Writes texts as PostgreSQL reads an array (PostgreSQL manual, 8.15.2): an array of arrays needs
 * rows of equal length, one of such texts does not. Stateless.
 */
final class ArrayText {

    private ArrayText() {}

    static String of(List<String> texts) {
        return texts.stream()
                .map(text -> '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"')
                .collect(Collectors.joining(",", "{", "}"));
    }
}
