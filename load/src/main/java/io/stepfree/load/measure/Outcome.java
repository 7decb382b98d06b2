package io.stepfree.load.measure;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a benchmark found.
 *
 * @param name the benchmark
 * @param figures what was measured, by names that end in their unit; numbers or lists of numbers
 * @param bounds what some of the figures are held against
 */
public record Outcome(String name, Map<String, Object> figures, List<Bound> bounds) {

    /**
     * The most that a figure may be.
     *
     * @param figure the name of a figure that is one number
     * @param atMost the bound, which is still allowed
     */
    public record Bound(String figure, double atMost) {}

    public Outcome {
        figures = new LinkedHashMap<>(figures);
        bounds = List.copyOf(bounds);
        for (Bound bound : bounds) {
            if (!(figures.get(bound.figure()) instanceof Number)) {
                throw new IllegalArgumentException(
                        "%s has no figure %s to hold against its bound"
                                .formatted(name, bound.figure()));
            }
        }
    }

    /** Whether every bound is kept. */
    public boolean ok() {
        return broken().isEmpty();
    }

    /** The bounds that are not kept, a sentence each. */
    public List<String> broken() {
        var broken = new ArrayList<String>();
        for (Bound bound : bounds) {
            double figure = number(bound.figure());
            // Written so that NaN is a broken bound.
            if (!(figure <= bound.atMost())) {
                broken.add(
                        "%s is %s, at most %s".formatted(bound.figure(), figure, bound.atMost()));
            }
        }
        return broken;
    }

    private double number(String figure) {
        return figures.get(figure) instanceof Number number ? number.doubleValue() : Double.NaN;
    }

    /** One line of JSON, for machines. */
    public String json() {
        var limits = new LinkedHashMap<String, Object>();
        bounds.forEach(bound -> limits.put(bound.figure(), Map.of("atMost", bound.atMost())));
        var document = new LinkedHashMap<String, Object>();
        document.put("name", name);
        document.put("figures", figures);
        document.put("bounds", limits);
        document.put("ok", ok());
        return JsonMapper.shared().writeValueAsString(document);
    }
}
