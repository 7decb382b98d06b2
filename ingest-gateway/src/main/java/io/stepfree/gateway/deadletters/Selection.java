package io.stepfree.gateway.deadletters;

import io.stepfree.schemas.ops.DeadLetterFilter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jdbi.v3.core.statement.SqlStatement;
import org.jspecify.annotations.Nullable;

/**
 * A filter as conditions on {@code dead_letter_view}. It chooses what dlq-processor chooses when it
 * is given the same filter; only what is restricted is mentioned, so that the database finds the
 * index for it. Immutable.
 */
final class Selection {

    private static final Pattern SPACE = Pattern.compile("\\s+");

    private final List<String> conditions = new ArrayList<>();
    private final Map<String, Object> values = new LinkedHashMap<>();

    Selection(DeadLetterFilter filter) {
        add("failure_type = :chosenType", "chosenType", filter.getFailureType());
        add("host = :chosenHost", "chosenHost", filter.getHost());
        add("client = :chosenClient", "chosenClient", filter.getClient());
        add("pattern_id = :chosenPattern", "chosenPattern", filter.getPattern());
        add("engine = :chosenEngine", "chosenEngine", filter.getEngine());
        add("state = :chosenState", "chosenState", filter.getState());
        add("died_at >= :chosenFrom", "chosenFrom", filter.getDiedFrom());
        add("died_at < :chosenBefore", "chosenBefore", filter.getDiedBefore());
        if (filter.getText() != null) {
            int number = 0;
            for (String word : SPACE.split(filter.getText().strip(), -1)) {
                String name = "chosenWord" + number++;
                add(
                        "strpos(lower(url || ' ' || message), lower(:%s)) > 0".formatted(name),
                        name,
                        word);
            }
        }
    }

    private void add(String condition, String name, @Nullable Object value) {
        if (value != null) {
            conditions.add(condition);
            values.put(name, value);
        }
    }

    /** Puts the conditions in the place of {@code <chosen>}, and the values in theirs. */
    <S extends SqlStatement<S>> S into(S statement) {
        return statement
                .define("chosen", conditions.isEmpty() ? "true" : String.join(" AND ", conditions))
                .bindMap(values);
    }
}
