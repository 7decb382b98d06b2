package io.stepfree.gateway.admission;

import io.stepfree.platform.problem.FieldError;
import io.stepfree.platform.problem.ProblemException;
import io.stepfree.schemas.ops.OffsetSpan;
import io.stepfree.schemas.ops.ReplayPlan;
import io.stepfree.schemas.ops.TopicSpan;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Decides whether a document is a replay of many dead letters that can be ordered. What the topic
 * holds is judged later, by dlq-processor.
 */
public final class ReplayAdmission {

    private static final int MOST_SPANS = 100;
    private static final int MOST_PARTITIONS = 100_000;
    private static final double LEAST_RATE = 0.1;
    private static final double MOST_RATE = 100;
    private static final double USUAL_RATE = 10;
    private static final double LEAST_SHARE = 0.001;
    private static final double USUAL_SUCCESS = 0.8;

    /** Later ones would not fit PostgreSQL's timestamps and mean nothing. */
    private static final Instant LAST_MOMENT = Instant.parse("9999-12-31T00:00:00Z");

    private ReplayAdmission() {}

    /**
     * The replay that the document asks for.
     *
     * @throws ProblemException naming every field that is wrong
     */
    public static NewReplay admit(JsonNode document) {
        List<FieldError> errors = new ArrayList<>();
        NewReplay replay =
                ObjectFields.ofDocument(document, errors).map(ReplayAdmission::read).orElse(null);
        if (replay == null || !errors.isEmpty()) {
            throw ScanAdmission.invalid(errors);
        }
        return replay;
    }

    private static NewReplay read(ObjectFields fields) {
        if (fields.has("filter") && fields.has("span")) {
            fields.wrong("span", null, "cannot stand beside filter; send one of them");
        } else if (!fields.has("filter") && !fields.has("span")) {
            fields.wrong(
                    "needs a filter or a span; {\"filter\": {}} chooses every dead letter that is dead");
        }
        Optional<ObjectFields> canary = fields.object("canary");
        ReplayPlan plan =
                ReplayPlan.newBuilder()
                        .setFilter(fields.object("filter").map(ChosenDeadLetters::of).orElse(null))
                        .setSpan(fields.object("span").map(ReplayAdmission::span).orElse(null))
                        .setDryRun(fields.flag("dryRun", false))
                        .setCanaryShare(canary.map(ReplayAdmission::share).orElse(0.0))
                        .setCanarySuccess(
                                canary.map(part -> part.number("success", USUAL_SUCCESS, 0, 1))
                                        .orElse(USUAL_SUCCESS))
                        .setRatePerSecond(fields.number("rate", USUAL_RATE, LEAST_RATE, MOST_RATE))
                        .build();
        canary.ifPresent(ObjectFields::rejectOthers);
        String reason = ReplayReason.read(fields);
        fields.rejectOthers();
        return new NewReplay(plan, reason);
    }

    private static double share(ObjectFields canary) {
        if (!canary.has("share")) {
            canary.wrong("share", null, "is required; 0.1 sends a tenth first");
        }
        return canary.number("share", 1, LEAST_SHARE, 1);
    }

    private static TopicSpan span(ObjectFields fields) {
        List<OffsetSpan> offsets =
                fields.objects("offsets", MOST_SPANS).stream()
                        .map(ReplayAdmission::offsets)
                        .toList();
        Instant from = moment(fields, "from");
        Instant to = moment(fields, "to");
        requireOrder(fields, from, to);
        if (fields.has("offsets")) {
            for (String time : List.of("from", "to")) {
                if (fields.has(time)) {
                    fields.wrong(time, null, "cannot stand beside offsets; send one of them");
                }
            }
            if (offsets.isEmpty()) {
                fields.wrong("offsets", null, "needs at least one entry");
            }
        } else if (from == null && to == null) {
            fields.wrong("needs offsets, or from or to as times");
        }
        fields.rejectOthers();
        return TopicSpan.newBuilder()
                .setOffsets(offsets)
                .setWrittenFrom(from)
                .setWrittenBefore(to)
                .build();
    }

    private static OffsetSpan offsets(ObjectFields fields) {
        for (String needed : List.of("partition", "from", "to")) {
            if (!fields.has(needed)) {
                fields.wrong(needed, null, "is required");
            }
        }
        long from = fields.longNumber("from", 0, 0, Long.MAX_VALUE - 1);
        long to = fields.longNumber("to", from + 1, 0, Long.MAX_VALUE);
        if (to <= from) {
            fields.wrong(
                    "to",
                    Long.toString(to),
                    "must be above from, as it is the offset after the last one");
        }
        OffsetSpan span =
                OffsetSpan.newBuilder()
                        .setPartition(fields.integer("partition", 0, 0, MOST_PARTITIONS))
                        .setFromOffset(from)
                        .setToOffset(to)
                        .build();
        fields.rejectOthers();
        return span;
    }

    private static @Nullable Instant moment(ObjectFields fields, String name) {
        String text = fields.text(name);
        if (text == null) {
            return null;
        }
        try {
            Instant moment = OffsetDateTime.parse(text).toInstant().truncatedTo(ChronoUnit.MILLIS);
            if (moment.isAfter(Instant.EPOCH) && moment.isBefore(LAST_MOMENT)) {
                return moment;
            }
        } catch (DateTimeException _) {
            // Told below.
        }
        fields.wrong(name, text, "must be a moment with its zone, such as 2026-11-22T09:00:00Z");
        return null;
    }

    private static void requireOrder(
            ObjectFields fields, @Nullable Instant from, @Nullable Instant to) {
        if (from != null && to != null && !from.isBefore(to)) {
            fields.wrong("to", to.toString(), "must be after from, " + from);
        }
    }
}
