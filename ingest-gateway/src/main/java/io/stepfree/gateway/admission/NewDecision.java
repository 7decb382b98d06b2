package io.stepfree.gateway.admission;

import io.stepfree.platform.problem.FieldError;
import io.stepfree.platform.problem.ProblemException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A client's order to accept or ignore findings: one by its fingerprint, or all of a rule on a
 * host, perhaps at one selector. Either the fingerprint is there, or rule and host are.
 *
 * @param decision accepted or ignored
 * @param reason why, never blank
 * @param until when it ends; null when it does not
 */
public record NewDecision(
        String decision,
        @Nullable String fingerprint,
        @Nullable String rule,
        @Nullable String host,
        @Nullable String selector,
        String reason,
        @Nullable Instant until) {

    private static final int LONGEST_NAME = 200;

    /* RFC 1035. */
    private static final int LONGEST_HOST = 253;
    private static final int LONGEST_SELECTOR = 1_000;
    private static final Instant LAST_MOMENT = Instant.parse("9999-12-31T00:00:00Z");

    private static final Map<String, String> DECISIONS = words("accepted", "ignored");

    /**
     * The decision that the document asks for.
     *
     * @param now after which it has to end
     * @throws ProblemException naming every field that is wrong
     */
    public static NewDecision read(JsonNode document, Instant now) {
        List<FieldError> errors = new ArrayList<>();
        var decision = ObjectFields.ofDocument(document, errors).map(fields -> read(fields, now));
        if (!errors.isEmpty()) {
            throw ScanAdmission.invalid(errors);
        }
        return decision.orElseThrow();
    }

    private static NewDecision read(ObjectFields fields, Instant now) {
        if (!fields.has("decision")) {
            fields.wrong("decision", null, "is required, one of accepted, ignored");
        }
        String decision = fields.oneOf("decision", DECISIONS, "");
        String fingerprint = name(fields, "fingerprint", LONGEST_NAME);
        String rule = name(fields, "rule", LONGEST_NAME);
        String host = name(fields, "host", LONGEST_HOST);
        String selector = name(fields, "selector", LONGEST_SELECTOR);
        if (fields.has("fingerprint")) {
            for (String other : List.of("rule", "host", "selector")) {
                if (fields.has(other)) {
                    fields.wrong(
                            other,
                            null,
                            "does not go with fingerprint: decide of one finding, or of a rule on a host");
                }
            }
        } else if (!fields.has("rule") && !fields.has("host")) {
            fields.wrong(
                    "fingerprint",
                    null,
                    "is required, or rule and host are: of which findings is it decided?");
        } else {
            for (String needed : List.of("rule", "host")) {
                if (!fields.has(needed)) {
                    fields.wrong(needed, null, "is required where there is no fingerprint");
                }
            }
        }
        String reason = StatedReason.read(fields);
        Instant until = until(fields, now);
        fields.rejectOthers();
        return new NewDecision(
                decision,
                fingerprint,
                rule,
                host == null ? null : host.toLowerCase(Locale.ROOT),
                selector,
                reason,
                until);
    }

    private static @Nullable String name(ObjectFields fields, String field, int longest) {
        String text = fields.text(field);
        if (text == null) {
            return null;
        }
        if (text.isBlank()) {
            fields.wrong(field, text, "is blank");
        } else if (text.length() > longest) {
            fields.wrong(
                    field,
                    text,
                    "has %d characters, more than %d".formatted(text.length(), longest));
        } else if (text.codePoints().anyMatch(ScanAdmission::unprintable)) {
            fields.wrong(field, text, "has a control character or a line separator");
        }
        return text;
    }

    private static @Nullable Instant until(ObjectFields fields, Instant now) {
        String text = fields.text("until");
        if (text == null) {
            return null;
        }
        try {
            Instant moment = OffsetDateTime.parse(text).toInstant().truncatedTo(ChronoUnit.MICROS);
            if (moment.isAfter(now) && moment.isBefore(LAST_MOMENT)) {
                return moment;
            }
            fields.wrong("until", text, "must be in the future; leave it out for no end");
        } catch (DateTimeException _) {
            fields.wrong(
                    "until", text, "must be a moment with its zone, such as 2027-01-31T00:00:00Z");
        }
        return null;
    }

    private static Map<String, String> words(String... words) {
        var inOrder = new LinkedHashMap<String, String>();
        for (String word : words) {
            inOrder.put(word, word);
        }
        return inOrder;
    }
}
