package io.stepfree.gateway.limits;

import io.stepfree.platform.problem.ProblemException;
import io.stepfree.platform.problem.ProblemType;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** All plans, by name: those that are set, and {@code standard} and {@code unlimited}. */
public final class Plans {

    /** The plan of who has no limit. */
    public static final String UNLIMITED = "unlimited";

    private static final Plan STANDARD = new Plan("standard", 10L, 20L);
    private static final long MOST_SCANS = 1_000_000;
    private static final long MOST_REQUESTS = 100_000;
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,31}");
    private static final String PREFIX = "stepfree.gateway.plans.";

    private final Map<String, Plan> plans = new TreeMap<>();

    private Plans() {
        add(STANDARD);
        add(new Plan(UNLIMITED, null, null));
    }

    /**
     * @param settings by the plan's name; one that is called like a plan that there is takes its
     *     place as a whole
     * @throws IllegalArgumentException that names the setting, its value and what it may be
     */
    public static Plans of(Map<String, PlanSettings> settings) {
        var plans = new Plans();
        settings.forEach((name, set) -> plans.add(checked(name, set)));
        return plans;
    }

    /** The plan of this name, if there is one. */
    public Optional<Plan> find(String name) {
        return Optional.ofNullable(plans.get(name));
    }

    /**
     * The plan of this name.
     *
     * @throws ProblemException when there is none: a limit that is not known is not passed over
     */
    public Plan named(String name) {
        return find(name)
                .orElseThrow(() ->
                        new ProblemException(
                                ProblemType.UNAVAILABLE,
                                "Your plan '%s' is not set up in this gateway. Have %s%s.scans-per-hour set, or another plan given to you; there are %s."
                                        .formatted(
                                                name, PREFIX, name, String.join(", ", names()))));
    }

    /** The names of all plans, in order. */
    public List<String> names() {
        return List.copyOf(plans.keySet());
    }

    /** The plans that limit scans. */
    public List<Plan> limitingScans() {
        return plans.values().stream().filter(plan -> plan.scansPerHour() != null).toList();
    }

    private void add(Plan plan) {
        plans.put(plan.name(), plan);
    }

    private static Plan checked(String name, PlanSettings set) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "%s%s: a plan's name is 1 to 32 small letters, digits and hyphens, and begins with a letter; call it so"
                            .formatted(PREFIX, name));
        }
        if (set.scansPerHour() == null && set.requestsPerSecond() == null) {
            throw new IllegalArgumentException(
                    "%s%s sets neither scans-per-hour nor requests-per-second; set one of them, or give clients the plan %s"
                            .formatted(PREFIX, name, UNLIMITED));
        }
        if (name.equals(UNLIMITED)) {
            boolean scans = set.scansPerHour() != null;
            throw new IllegalArgumentException(
                    "%s%s.%s %d: this plan has no limits; set those of a plan of another name, and give clients that one"
                            .formatted(
                                    PREFIX,
                                    name,
                                    scans ? "scans-per-hour" : "requests-per-second",
                                    scans ? set.scansPerHour() : set.requestsPerSecond()));
        }
        within(name, "scans-per-hour", set.scansPerHour(), MOST_SCANS);
        within(name, "requests-per-second", set.requestsPerSecond(), MOST_REQUESTS);
        return new Plan(name, set.scansPerHour(), set.requestsPerSecond());
    }

    private static void within(String name, String setting, @Nullable Long value, long most) {
        if (value != null && (value < 1 || value > most)) {
            throw new IllegalArgumentException(
                    "%s%s.%s %d is not between 1 and %d; set one that is, or leave it out for no limit"
                            .formatted(PREFIX, name, setting, value, most));
        }
    }
}
