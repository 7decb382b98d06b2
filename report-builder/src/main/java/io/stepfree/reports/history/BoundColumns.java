package io.stepfree.reports.history;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import org.jdbi.v3.core.statement.SqlStatement;
import org.jspecify.annotations.Nullable;

/**
 * Binds what is to be written or asked of many rows as arrays, one for each column, so that it
 * takes one statement however many there are. Stateless.
 */
final class BoundColumns {

    private BoundColumns() {}

    /** Which scans of which pages: as {@code scanIds, clients, pageKeys} and {@code moments}. */
    static <S extends SqlStatement<S>> S pages(S statement, List<PublishedScan> scans) {
        texts(statement, "scanIds", scans, PublishedScan::scanId);
        texts(statement, "clients", scans, PublishedScan::client);
        texts(statement, "pageKeys", scans, PublishedScan::pageKey);
        texts(statement, "moments", scans, scan -> scan.completedAt().toString());
        return statement;
    }

    static <T> void texts(
            SqlStatement<?> statement,
            String name,
            Collection<T> all,
            Function<T, @Nullable String> text) {
        var texts = new ArrayList<@Nullable String>();
        all.forEach(one -> texts.add(text.apply(one)));
        statement.bindArray(name, String.class, texts);
    }

    static <T> void numbers(
            SqlStatement<?> statement,
            String name,
            Collection<T> all,
            Function<T, Integer> number) {
        statement.bindArray(name, Integer.class, all.stream().map(number).toList());
    }
}
