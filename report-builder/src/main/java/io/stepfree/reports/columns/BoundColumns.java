package io.stepfree.reports.columns;

import java.util.ArrayList;
import java.util.Collection;
import java.util.function.Function;
import org.jdbi.v3.core.statement.SqlStatement;
import org.jspecify.annotations.Nullable;

/**
 * Binds what is to be written or asked of many rows as arrays, one for each column, so that it
 * takes one statement however many there are. Stateless.
 */
public final class BoundColumns {

    private BoundColumns() {}

    /** A column of texts, of times in ISO 8601 too; the statement casts what is no text. */
    public static <T> void texts(
            SqlStatement<?> statement,
            String name,
            Collection<T> all,
            Function<T, @Nullable String> text) {
        var texts = new ArrayList<@Nullable String>();
        all.forEach(one -> texts.add(text.apply(one)));
        statement.bindArray(name, String.class, texts);
    }

    /** A column of numbers. */
    public static <T> void numbers(
            SqlStatement<?> statement,
            String name,
            Collection<T> all,
            Function<T, @Nullable Integer> number) {
        var numbers = new ArrayList<@Nullable Integer>();
        all.forEach(one -> numbers.add(number.apply(one)));
        statement.bindArray(name, Integer.class, numbers);
    }
}
