package io.stepfree.gateway.admission;

import io.stepfree.platform.problem.FieldError;
import io.stepfree.platform.problem.ProblemException;
import io.stepfree.reporting.format.ReportFormat;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A client's order to make a link to a report of its.
 *
 * @param format the format of the report
 * @param life for how long the link works; 7 days at most, as S3 signs none for longer
 */
public record NewLink(ReportFormat format, Duration life) {

    private static final int ONE_DAY = 24 * 60;
    private static final int MOST_MINUTES = 7 * ONE_DAY;

    /**
     * The link that the document asks for: to the page and for a day unless it says otherwise.
     *
     * @param document null for none
     * @throws ProblemException naming every field that is wrong
     */
    public static NewLink read(@Nullable JsonNode document) {
        if (document == null) {
            return new NewLink(ReportFormat.HTML, Duration.ofMinutes(ONE_DAY));
        }
        List<FieldError> errors = new ArrayList<>();
        var link = ObjectFields.ofDocument(document, errors).map(NewLink::read);
        if (!errors.isEmpty()) {
            throw ScanAdmission.invalid(errors);
        }
        return link.orElseThrow();
    }

    private static NewLink read(ObjectFields fields) {
        ReportFormat format = fields.oneOf("format", formats(), ReportFormat.HTML);
        int minutes = fields.integer("expiresInMinutes", ONE_DAY, 1, MOST_MINUTES);
        fields.rejectOthers();
        return new NewLink(format, Duration.ofMinutes(minutes));
    }

    private static Map<String, ReportFormat> formats() {
        var formats = new LinkedHashMap<String, ReportFormat>();
        for (ReportFormat format : ReportFormat.values()) {
            formats.put(format.extension(), format);
        }
        return formats;
    }
}
