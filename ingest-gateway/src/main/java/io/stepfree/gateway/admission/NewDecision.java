package io.stepfree.gateway.admission;

import io.stepfree.platform.problem.FieldError;
import io.stepfree.platform.problem.ProblemException;
import io.stepfree.reporting.page.SuccessCriterion;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A client's order to accept, ignore or assign findings: one by its fingerprint, or all that a
 * pattern is about.
 *
 * @param decision accepted, ignored or assigned
 * @param subject which findings
 * @param assignee whose they are to mend; there if they are assigned, and only then
 * @param reason why, never blank
 * @param until when it ends; null when it does not
 */
public record NewDecision(
        String decision,
        DecisionSubject subject,
        @Nullable String assignee,
        String reason,
        @Nullable Instant until) {

    private static final int LONGEST_NAME = 200;

    /* RFC 1035. */
    private static final int LONGEST_HOST = 253;
    private static final int LONGEST_PATH = 500;
    private static final int LONGEST_SELECTOR = 1_000;

    /** Each of them is a place to begin again from when one does not fit. */
    private static final int MOST_STARS = 5;

    private static final Instant LAST_MOMENT = Instant.parse("9999-12-31T00:00:00Z");

    /** As workers make them, and counted where two of a page would have the same. */
    private static final Pattern FINGERPRINT =
            Pattern.compile("[0-9a-f]{32}(?:~(?:[2-9]|[1-9][0-9]{1,8}))?");

    /** Whatever an engine may call its rules, an address included; an unknown one may come. */
    private static final Pattern RULE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:/#-]*");

    private static final String ASSIGNED = "assigned";
    private static final Map<String, String> DECISIONS = words("accepted", "ignored", ASSIGNED);
    private static final List<String> PATTERN =
            List.of("rule", "criterion", "host", "path", "selector", "selectorPrefix");

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
            fields.wrong(
                    "decision",
                    null,
                    "is required, one of " + String.join(", ", DECISIONS.keySet()));
        }
        String decision = fields.oneOf("decision", DECISIONS, "");
        DecisionSubject subject = subject(fields);
        String assignee = name(fields, "assignee", LONGEST_NAME);
        if (decision.equals(ASSIGNED) && !fields.has("assignee")) {
            fields.wrong("assignee", null, "is required where findings are assigned: to whom?");
        } else if (fields.has("assignee") && !decision.equals(ASSIGNED)) {
            fields.wrong("assignee", assignee, "goes with the decision assigned only");
        }
        String reason = StatedReason.read(fields);
        Instant until = until(fields, now);
        fields.rejectOthers();
        return new NewDecision(decision, subject, assignee, reason, until);
    }

    private static DecisionSubject subject(ObjectFields fields) {
        String fingerprint = name(fields, "fingerprint", LONGEST_NAME);
        String rule = name(fields, "rule", LONGEST_NAME);
        String criterion = name(fields, "criterion", LONGEST_NAME);
        String host = name(fields, "host", LONGEST_HOST);
        String path = name(fields, "path", LONGEST_PATH);
        String selector = name(fields, "selector", LONGEST_SELECTOR);
        String prefix = name(fields, "selectorPrefix", LONGEST_SELECTOR);
        List<String> pattern = PATTERN.stream().filter(fields::has).toList();
        if (fields.has("fingerprint")) {
            for (String other : pattern) {
                fields.wrong(
                        other,
                        null,
                        "does not go with fingerprint: decide of one finding, or by a pattern");
            }
        } else if (pattern.isEmpty()) {
            fields.wrong(
                    "fingerprint",
                    null,
                    "is required, or one of %s is: of which findings is it decided?"
                            .formatted(String.join(", ", PATTERN)));
        }
        if (fingerprint != null && !FINGERPRINT.matcher(fingerprint).matches()) {
            fields.wrong(
                    "fingerprint",
                    fingerprint,
                    "is not a finding's name, which has 32 of 0-9 and a-f; copy it from a report or from GET /api/findings");
        }
        if (rule != null && !RULE.matcher(rule).matches()) {
            fields.wrong(
                    "rule",
                    rule,
                    "is not a rule's id, such as color-contrast: one, without *; leave it out for all rules");
        }
        if (criterion != null && SuccessCriterion.of(criterion).isEmpty()) {
            fields.wrong(
                    "criterion",
                    criterion,
                    "must be a success criterion of WCAG 2.0, 2.1 or 2.2 by its number, as 1.4.3");
        }
        if (path != null && !path.startsWith("/") && !path.startsWith("*")) {
            fields.wrong("path", path, "must begin with / or *, as /checkout/*");
        } else if (path != null && (path.contains("?") || path.contains("#"))) {
            fields.wrong("path", path, "ends before ? and #; leave out what follows");
        }
        if (host != null && !PageHost.canBe(host)) {
            fields.wrong(
                    "host", host, PageHost.cure(host, "shop.example, *.shop.example or 192.0.2.7"));
        }
        if (selector != null && prefix != null) {
            fields.wrong("selectorPrefix", prefix, "does not go with selector: give one of them");
        }
        checkStars(fields, "host", host);
        checkStars(fields, "path", path);
        return new DecisionSubject(
                fingerprint,
                rule,
                criterion,
                host == null ? null : host.toLowerCase(Locale.ROOT),
                path,
                selector,
                prefix);
    }

    private static void checkStars(ObjectFields fields, String field, @Nullable String glob) {
        if (glob == null) {
            return;
        }
        long stars = glob.chars().filter(character -> character == '*').count();
        if (stars == glob.length() && stars > 0) {
            fields.wrong(field, glob, "is about everything; leave it out to restrict nothing");
        } else if (stars > MOST_STARS) {
            fields.wrong(field, glob, "has %d *, more than %d".formatted(stars, MOST_STARS));
        }
    }

    private static @Nullable String name(ObjectFields fields, String field, int longest) {
        String text = fields.text(field);
        if (text == null) {
            return null;
        }
        String wrong = wrong(text, longest);
        if (wrong != null) {
            fields.wrong(field, text, wrong);
            return null;
        }
        return text;
    }

    private static @Nullable String wrong(String text, int longest) {
        if (text.isBlank()) {
            return "is blank";
        }
        if (text.length() > longest) {
            return "has %d characters, more than %d".formatted(text.length(), longest);
        }
        return text.codePoints().anyMatch(ScanAdmission::unprintable)
                ? "has a control character or a line separator"
                : null;
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
