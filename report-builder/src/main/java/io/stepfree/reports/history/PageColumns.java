package io.stepfree.reports.history;

import static io.stepfree.reports.columns.BoundColumns.texts;

import java.util.List;
import org.jdbi.v3.core.statement.SqlStatement;

/** Binds scans to one statement. Stateless. */
final class PageColumns {

    private PageColumns() {}

    /** Which scans of which pages: as {@code scanIds, clients, pageKeys} and {@code moments}. */
    static <S extends SqlStatement<S>> S pages(S statement, List<PublishedScan> scans) {
        texts(statement, "scanIds", scans, PublishedScan::scanId);
        texts(statement, "clients", scans, PublishedScan::client);
        texts(statement, "pageKeys", scans, PublishedScan::pageKey);
        texts(statement, "moments", scans, scan -> scan.completedAt().toString());
        return statement;
    }
}
