package io.stepfree.load.measure;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Lines up what a person is to read: words to the left, numbers to the right. */
public final class Table {

    private final List<List<String>> rows = new ArrayList<>();

    public Table(String... heads) {
        rows.add(List.of(heads));
    }

    /** Adds a row with a cell for each head. */
    public Table row(String... cells) {
        if (cells.length != rows.getFirst().size()) {
            throw new IllegalArgumentException(
                    "A row of %d cells under %d heads"
                            .formatted(cells.length, rows.getFirst().size()));
        }
        rows.add(List.of(cells));
        return this;
    }

    /** As lines of a terminal. */
    public String text() {
        return rows.stream().map(this::line).collect(Collectors.joining("\n"));
    }

    /** As Markdown. */
    public String markdown() {
        var lines = new ArrayList<String>();
        for (List<String> row : rows) {
            lines.add("| " + String.join(" | ", row) + " |");
            if (lines.size() == 1) {
                lines.add("|" + "---|".repeat(row.size()));
            }
        }
        return String.join("\n", lines);
    }

    private String line(List<String> row) {
        var cells = new ArrayList<String>();
        for (int column = 0; column < row.size(); column++) {
            String cell = row.get(column);
            String room = " ".repeat(width(column) - cell.length());
            cells.add(column == 0 ? cell + room : room + cell);
        }
        return String.join("  ", cells).stripTrailing();
    }

    private int width(int column) {
        return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
    }
}
