package io.stepfree.standalone.endtoend;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a service tells Prometheus, in its text format 0.0.4.
 *
 * @param help the description of each family, by its name
 * @param types the type of each family, by its name
 */
record Scrape(Map<String, String> help, Map<String, String> types, List<Series> all) {

    private static final Pattern SAMPLE =
            Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)})? (\\S+)(?: \\d+)?");
    private static final Pattern LABEL =
            Pattern.compile("([a-zA-Z_]\\w*)=\"((?:[^\"\\\\]|\\\\.)*)\"");

    /** One line. */
    record Series(String name, Map<String, String> labels, double value) {}

    static Scrape of(String text) {
        var help = new HashMap<String, String>();
        var types = new HashMap<String, String>();
        var all = new ArrayList<Series>();
        text.lines()
                .filter(line -> !line.isBlank())
                .forEach(line -> {
                    if (line.startsWith("# HELP ")) {
                        String[] parts = line.split(" ", 4);
                        help.put(parts[2], parts.length < 4 ? "" : parts[3]);
                    } else if (line.startsWith("# TYPE ")) {
                        String[] parts = line.split(" ", 4);
                        types.put(parts[2], parts[3]);
                    } else if (!line.startsWith("#")) {
                        all.add(series(line));
                    }
                });
        return new Scrape(help, types, all);
    }

    private static Series series(String line) {
        Matcher sample = SAMPLE.matcher(line);
        if (!sample.matches()) {
            throw new AssertionError("no sample of the text format: " + line);
        }
        var labels = new HashMap<String, String>();
        if (sample.group(2) != null) {
            Matcher label = LABEL.matcher(sample.group(2));
            while (label.find()) {
                labels.put(label.group(1), label.group(2));
            }
        }
        return new Series(
                sample.group(1),
                labels,
                Double.parseDouble(sample.group(3).replace("+Inf", "Infinity")));
    }

    /** The series of one name, in the order told. */
    Stream<Series> series(Set<String> names) {
        return all.stream().filter(one -> names.contains(one.name()));
    }

    /** The names of all series, also those with endings. */
    Set<String> names() {
        var names = new HashSet<String>();
        all.forEach(one -> names.add(one.name()));
        return names;
    }

    /** The names of all labels. */
    Set<String> labels() {
        var labels = new HashSet<String>();
        all.forEach(one -> labels.addAll(one.labels().keySet()));
        return labels;
    }
}
