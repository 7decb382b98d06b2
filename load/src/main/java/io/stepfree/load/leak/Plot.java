package io.stepfree.load.leak;

import java.util.List;
import java.util.Locale;

/** Draws a row of figures in one line of text, a block for each, from the least to the most. */
final class Plot {

    private static final String BLOCKS = "▁▂▃▄▅▆▇█";

    private Plot() {}

    static String of(String name, String unit, List<Double> figures) {
        double least = figures.stream().mapToDouble(Double::doubleValue).min().orElse(0);
        double most = figures.stream().mapToDouble(Double::doubleValue).max().orElse(0);
        var line = new StringBuilder();
        for (double figure : figures) {
            double share = most > least ? (figure - least) / (most - least) : 0;
            line.append(BLOCKS.charAt((int) Math.round(share * (BLOCKS.length() - 1))));
        }
        return String.format(
                Locale.ROOT, "%-12s %s  %.1f to %.1f %s", name, line, least, most, unit);
    }
}
