package io.stepfree.reporting.page;

import java.util.ArrayList;
import java.util.List;

/**
 * What has to change about an element: a lead and the ways to do it.
 *
 * @param lead as "Fix any of the following"; empty where the engine gives none
 * @param steps the ways; may be empty
 */
public record Remedy(String lead, List<String> steps) {

    public Remedy {
        steps = List.copyOf(steps);
    }

    /** Reads the engine's summary, in which a line ending with a colon leads the lines below it. */
    static List<Remedy> of(String summary) {
        var remedies = new ArrayList<Remedy>();
        var lead = "";
        var steps = new ArrayList<String>();
        for (String line :
                summary.lines().map(String::strip).filter(line -> !line.isEmpty()).toList()) {
            if (line.endsWith(":")) {
                if (!lead.isEmpty() || !steps.isEmpty()) {
                    remedies.add(new Remedy(lead, steps));
                    steps.clear();
                }
                lead = line.substring(0, line.length() - 1);
            } else {
                steps.add(line);
            }
        }
        if (!lead.isEmpty() || !steps.isEmpty()) {
            remedies.add(new Remedy(lead, steps));
        }
        return List.copyOf(remedies);
    }
}
