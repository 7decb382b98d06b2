package io.stepfree.gateway.admission;

import io.stepfree.gateway.access.Caller;
import io.stepfree.gateway.access.Clients;
import io.stepfree.gateway.access.Scope;
import io.stepfree.platform.problem.FieldError;
import io.stepfree.platform.problem.ProblemException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * An administrator's order to make a key.
 *
 * @param name what it is for; two of one client may share a name, so that one can take the other's
 *     place
 * @param client whose scans it may see and order
 * @param scopes what it may do, at least one
 * @param plan how much it may do
 * @param life after how long it ends by itself; null for never
 */
public record NewApiKey(
        String name, String client, List<Scope> scopes, String plan, @Nullable Duration life) {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9 ._-]{0,63}");
    private static final int MOST_DAYS = 3_650;

    /**
     * The key that the document asks for.
     *
     * @param own the client of who asks, for whom it is when the document names nobody
     * @param plans the names of the plans that there are
     * @throws ProblemException naming every field that is wrong
     */
    public static NewApiKey read(JsonNode document, String own, List<String> plans) {
        List<FieldError> errors = new ArrayList<>();
        NewApiKey key =
                ObjectFields.ofDocument(document, errors)
                        .map(fields -> read(fields, own, plans))
                        .orElse(new NewApiKey("", own, List.of(), "", null));
        if (!errors.isEmpty()) {
            throw ScanAdmission.invalid(errors);
        }
        return key;
    }

    private static NewApiKey read(ObjectFields fields, String own, List<String> plans) {
        @Nullable String name = fields.requiredText("name");
        if (name != null && !NAME.matcher(name).matches()) {
            fields.wrong(
                    "name",
                    name,
                    "must be 1 to 64 letters, digits, spaces and . _ - and begin with a letter or digit");
        }
        @Nullable String client = fields.text("client");
        if (client != null && !Clients.isName(client)) {
            fields.wrong(
                    "client",
                    client,
                    "must be 1 to 63 small letters, digits and -, and not begin with -");
        }
        @Nullable String plan = fields.text("plan");
        if (plan != null && !plans.contains(plan)) {
            fields.wrong(
                    "plan",
                    plan,
                    "must be one of %s, or be set up in stepfree.gateway.plans"
                            .formatted(String.join(", ", plans)));
        }
        List<Scope> scopes = scopes(fields);
        int days = fields.integer("expiresInDays", 0, 1, MOST_DAYS);
        fields.rejectOthers();
        return new NewApiKey(
                name == null ? "" : name,
                client == null ? own : client,
                scopes,
                plan == null ? Caller.STANDARD_PLAN : plan,
                days == 0 ? null : Duration.ofDays(days));
    }

    private static List<Scope> scopes(ObjectFields fields) {
        List<String> words = fields.texts("scopes");
        if (!fields.has("scopes")) {
            return List.of(Scope.SUBMIT, Scope.READ);
        }
        if (words.isEmpty()
                || !Scope.BY_WORD.keySet().containsAll(words)
                || Set.copyOf(words).size() < words.size()) {
            fields.wrong(
                    "scopes",
                    null,
                    "must be a list of %s, each once and at least one"
                            .formatted(String.join(", ", Scope.BY_WORD.keySet())));
            return List.of();
        }
        return words.stream().map(Scope.BY_WORD::get).toList();
    }
}
