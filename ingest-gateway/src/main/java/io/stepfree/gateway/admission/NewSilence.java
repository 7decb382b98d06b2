package io.stepfree.gateway.admission;

import io.stepfree.platform.metric.AlertNames;
import io.stepfree.platform.problem.FieldError;
import io.stepfree.platform.problem.ProblemException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * An operator's order to tell nobody of an alert for a time.
 *
 * @param alert the incident, metric or part of one, as {@code host-error-rate/shop.example}, or
 *     {@link AlertNames#ALL}
 * @param time for how long, a minute to seven days
 * @param reason why, never blank
 */
public record NewSilence(String alert, Duration time, String reason) {

    private static final int LONGEST_NAME = 300;
    private static final int MOST_MINUTES = 7 * 24 * 60;
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]*(/[^\\p{Cntrl}\\s]+)?");

    /**
     * The silence that the document asks for.
     *
     * @throws ProblemException naming every field that is wrong
     */
    public static NewSilence read(JsonNode document) {
        List<FieldError> errors = new ArrayList<>();
        NewSilence silence =
                ObjectFields.ofDocument(document, errors)
                        .map(NewSilence::read)
                        .orElse(new NewSilence(AlertNames.ALL, Duration.ZERO, ""));
        if (!errors.isEmpty()) {
            throw ScanAdmission.invalid(errors);
        }
        return silence;
    }

    private static NewSilence read(ObjectFields fields) {
        @Nullable String alert = fields.requiredText("alert");
        if (alert != null && !isName(alert)) {
            fields.wrong(
                    "alert",
                    alert,
                    "must be an incident as scans-failing, a metric as error-rate, a part of one as host-error-rate/shop.example, or * for all; docs/alerts.md lists them");
        }
        if (!fields.has("minutes")) {
            fields.wrong("minutes", null, "is required, as 60 for an hour");
        }
        int minutes = fields.integer("minutes", 1, 1, MOST_MINUTES);
        String reason = StatedReason.read(fields);
        fields.rejectOthers();
        return new NewSilence(
                alert == null ? AlertNames.ALL : alert, Duration.ofMinutes(minutes), reason);
    }

    private static boolean isName(String alert) {
        return alert.equals(AlertNames.ALL)
                || (alert.length() <= LONGEST_NAME
                        && NAME.matcher(alert).matches()
                        && AlertNames.isKnown(alert));
    }
}
