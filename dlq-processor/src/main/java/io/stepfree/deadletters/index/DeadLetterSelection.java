package io.stepfree.deadletters.index;

import io.stepfree.schemas.ops.DeadLetterFilter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jdbi.v3.core.statement.SqlStatement;
import org.jspecify.annotations.Nullable;

/**
 * Says in SQL which rows of {@code dead_letter} an operator's filter chooses, so that everybody who
 * works on a filter (a purge, a replay of many, a dry run of either) means the same rows.
 *
 * <p>What the filter leaves out restricts nothing. A value that no row has chooses nothing and is
 * no error. Text chooses the rows whose address or message contains each of its words, in any case
 * and order.
 *
 * <p>The statement must name the table {@code dead_letter} without an alias. Immutable.
 */
public final class DeadLetterSelection {

    private static final Pattern SPACE = Pattern.compile("\\s+");

    private final List<String> conditions = new ArrayList<>();
    private final Map<String, Object> values = new LinkedHashMap<>();

    private DeadLetterSelection(DeadLetterFilter filter) {
        equal("failure_type", "chosenType", lowerCase(filter.getFailureType()));
        equal("host", "chosenHost", lowerCase(filter.getHost()));
        equal("client", "chosenClient", filter.getClient());
        equal("pattern_id", "chosenPattern", filter.getPattern());
        equal("engine", "chosenEngine", filter.getEngine());
        equal("state", "chosenState", lowerCase(filter.getState()));
        words(filter.getText());
        time(">=", "chosenFrom", filter.getDiedFrom());
        time("<", "chosenBefore", filter.getDiedBefore());
    }

    /** What that filter chooses. */
    public static DeadLetterSelection of(DeadLetterFilter filter) {
        return new DeadLetterSelection(filter);
    }

    /** The condition for a {@code where} clause; {@code true} when the filter restricts nothing. */
    public String condition() {
        return conditions.isEmpty() ? "true" : String.join(" and ", conditions);
    }

    /** Gives the statement the values that the condition names; all their names begin "chosen". */
    public <S extends SqlStatement<S>> S bind(S statement) {
        return statement.bindMap(values);
    }

    private void equal(String column, String name, @Nullable String value) {
        if (value != null) {
            condition("dead_letter.%s = :%s".formatted(column, name), name, StorableText.of(value));
        }
    }

    private void words(@Nullable String text) {
        if (text == null) {
            return;
        }
        int number = 0;
        for (String word : SPACE.splitAsStream(StorableText.of(text).strip()).toList()) {
            if (!word.isEmpty()) {
                String name = "chosenWord" + number++;
                // The database folds both sides, as its idea of lower case may not be Java's.
                condition(
                        "strpos(lower(dead_letter.url || ' ' || dead_letter.message), lower(:%s)) > 0"
                                .formatted(name),
                        name,
                        word);
            }
        }
    }

    private void time(String comparison, String name, @Nullable Instant value) {
        if (value != null) {
            condition("dead_letter.died_at %s :%s".formatted(comparison, name), name, value);
        }
    }

    private void condition(String condition, String name, Object value) {
        conditions.add(condition);
        values.put(name, value);
    }

    private static @Nullable String lowerCase(@Nullable String value) {
        return value == null ? null : value.toLowerCase(Locale.ROOT);
    }
}
