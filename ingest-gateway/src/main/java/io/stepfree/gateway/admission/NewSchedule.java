package io.stepfree.gateway.admission;

import io.stepfree.platform.problem.FieldError;
import io.stepfree.platform.problem.ProblemException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A client's order to scan something again and again, found in order.
 *
 * @param name what the client calls it
 * @param cron when, five fields as in crontab
 * @param zone by the clocks of which time zone
 * @param timetable the times that both name
 * @param order what is to be scanned, as the client wrote it; {@link ScheduledOrder} reads it
 * @param scans the same, as it is read today
 */
public record NewSchedule(
        String name,
        String cron,
        String zone,
        Timetable timetable,
        String order,
        ScheduledOrder scans) {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9 ._-]{0,63}");
    private static final String CRON = "cron";

    /**
     * How much a client may ask for.
     *
     * @param urls how many pages one schedule may have
     * @param leastInterval how far its times have to be from each other
     */
    public record Bounds(int urls, Duration leastInterval) {}

    /**
     * The schedule that the document asks for.
     *
     * @throws ProblemException naming every field that is wrong
     */
    public static NewSchedule read(JsonNode document, ScanAdmission admission, Bounds bounds) {
        var errors = new ArrayList<FieldError>();
        NewSchedule schedule =
                ObjectFields.ofDocument(document, errors)
                        .map(fields -> read(fields, document, admission, bounds, errors))
                        .orElse(null);
        if (schedule == null || !errors.isEmpty()) {
            throw ScanAdmission.invalid(errors);
        }
        return schedule;
    }

    private static @Nullable NewSchedule read(
            ObjectFields fields,
            JsonNode document,
            ScanAdmission admission,
            Bounds bounds,
            List<FieldError> errors) {
        String name = fields.requiredText("name");
        if (name != null && !NAME.matcher(name).matches()) {
            fields.wrong(
                    "name",
                    name,
                    "must be 1 to 64 letters, digits, spaces and . _ - and begin with a letter or digit");
        }
        String cron = fields.requiredText(CRON);
        String zone = fields.has("zone") ? fields.text("zone") : "UTC";
        Timetable timetable = timetable(fields, cron, zone, bounds);
        ScheduledOrder scans = ScheduledOrder.read(fields, document, admission, bounds.urls());
        errors.addAll(scans.errors());
        fields.rejectOthers();
        if (name == null || cron == null || zone == null || timetable == null) {
            return null;
        }
        return new NewSchedule(name, cron, zone, timetable, order(document), scans);
    }

    private static @Nullable Timetable timetable(
            ObjectFields fields, @Nullable String cron, @Nullable String zone, Bounds bounds) {
        if (zone != null && !Timetable.isZone(zone)) {
            fields.wrong(
                    "zone",
                    zone,
                    "is not in the IANA time zone database; write it as Europe/Zurich or UTC");
            return null;
        }
        if (cron == null || zone == null) {
            return null;
        }
        Timetable timetable;
        try {
            timetable = Timetable.of(cron, zone);
        } catch (IllegalArgumentException e) {
            fields.wrong(CRON, cron, String.valueOf(e.getMessage()));
            return null;
        }
        if (timetable.leastInterval().compareTo(bounds.leastInterval()) < 0) {
            fields.wrong(
                    CRON,
                    cron,
                    "names times that are %d minutes apart; at least %d have to be between them"
                            .formatted(
                                    timetable.leastInterval().toMinutes(),
                                    bounds.leastInterval().toMinutes()));
        }
        return timetable;
    }

    private static String order(JsonNode document) {
        ObjectNode order = JsonMapper.shared().createObjectNode();
        for (String name : ScheduledOrder.FIELDS) {
            JsonNode value = document.get(name);
            if (value != null) {
                order.set(name, value);
            }
        }
        return order.toString();
    }
}
