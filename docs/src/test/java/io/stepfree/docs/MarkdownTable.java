package io.stepfree.docs;

import java.util.ArrayList;
import java.util.List;

/** A table in Markdown, built row by row. */
final class MarkdownTable {

    private final List<String> lines = new ArrayList<>();

    MarkdownTable(String... headings) {
        row(headings);
        lines.add("|---".repeat(headings.length) + "|");
    }

    MarkdownTable row(String... cells) {
        var line = new StringBuilder("|");
        for (String cell : cells) {
            line.append(' ').append(cell.replace("|", "\\|").replaceAll("\\s+", " ")).append(" |");
        }
        lines.add(line.toString());
        return this;
    }

    @Override
    public String toString() {
        return String.join("\n", lines) + "\n";
    }
}
