package io.stepfree.load.history;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * What the gateway tells of a scan beside the one before.
 *
 * @param compared with what it was compared, or why with nothing
 * @param previous the id of the scan that it was compared with; empty when there is none
 * @param counts how many findings there are in each state
 * @param changed those that do not persist, as many as are listed
 * @param secondLook how the second look stands that was ordered; empty when there is none
 */
record Changes(
        String compared,
        String previous,
        Map<State, Integer> counts,
        List<Changed> changed,
        String secondLook) {

    /** What a scan with a page as before it is compared with. */
    static final String WITH_PREVIOUS = "with_previous";

    /** How many findings of each state the gateway lists at most. */
    static final int LISTED = 500;

    /** The states of a finding beside the scan before, in the words of the API. */
    enum State {
        PERSISTING("persisting"),
        NEW("new"),
        FIXED("fixed"),
        NEWLY_OBSERVED("newlyObserved"),
        NOT_OBSERVED("notObserved"),
        ENGINE_CHANGED("engineChanged");

        private final String field;

        State(String field) {
            this.field = field;
        }

        /** Its words, for a person. */
        String text() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }

    /**
     * A finding that does not persist.
     *
     * @param target where its element is; empty when nothing is kept of it any more
     */
    record Changed(State state, String fingerprint, String rule, String target, String html) {
        @Override
        public String toString() {
            return "%s %s %s %s %s".formatted(state.text(), rule, fingerprint, target, html);
        }
    }

    Changes {
        counts = Map.copyOf(counts);
        changed = List.copyOf(changed);
    }

    int count(State state) {
        return counts.getOrDefault(state, 0);
    }

    static Changes of(JsonNode answer) {
        var counts = new EnumMap<State, Integer>(State.class);
        var changed = new ArrayList<Changed>();
        for (State state : State.values()) {
            counts.put(state, answer.path("counts").path(state.field).asInt());
            JsonNode findings = answer.path("findings").path(state.field);
            switch (state) {
                case PERSISTING -> {}
                case ENGINE_CHANGED -> {
                    findings.path("appeared").forEach(each -> changed.add(changed(state, each)));
                    findings.path("disappeared").forEach(each -> changed.add(changed(state, each)));
                }
                case NEW, FIXED, NEWLY_OBSERVED, NOT_OBSERVED ->
                        findings.forEach(each -> changed.add(changed(state, each)));
            }
        }
        return new Changes(
                answer.path("compared").asString(""),
                answer.path("previous").path("scan").asString(""),
                counts,
                changed,
                answer.path("secondLook").path("state").asString(""));
    }

    private static Changed changed(State state, JsonNode finding) {
        return new Changed(
                state,
                finding.path("fingerprint").asString(""),
                finding.path("rule").asString(""),
                finding.path("target")
                        .valueStream()
                        .map(step -> step.asString(""))
                        .collect(Collectors.joining(" in ")),
                finding.path("html").asString(""));
    }
}
