package io.stepfree.gateway.bulk;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.stepfree.platform.problem.FieldError;
import io.stepfree.platform.problem.JsonPointer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What is wrong with rows: the first of them, and how many there are. For one thread. */
final class RowProblems {

    private static final int LISTED = 1_000;
    private static final int LISTED_OF_A_ROW = 10;

    private final List<RowProblem> listed = new ArrayList<>();
    private int refused;

    /**
     * What is wrong with one row.
     *
     * @param row its number
     * @param url its address, where it can be read and holds no credentials
     * @param errors its fields that are wrong, with pointers into the row
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record RowProblem(int row, @Nullable String url, List<FieldError> errors) {
        RowProblem {
            errors = List.copyOf(errors);
        }
    }

    /** Adds a row that nothing can be read from. */
    void add(int row, List<FieldError> errors) {
        list(row, null, errors);
    }

    /** Adds a row that was refused. */
    void add(int row, JsonNode document, List<FieldError> errors) {
        JsonNode url = document.get("url");
        // What may be a password is not sent back.
        boolean shown = url != null && url.isString() && !url.asString().contains("@");
        list(row, shown ? FieldError.shown(url.asString()) : null, errors);
    }

    private void list(int row, @Nullable String url, List<FieldError> errors) {
        refused++;
        if (listed.size() < LISTED) {
            listed.add(new RowProblem(row, url, shortened(errors)));
        }
    }

    /* A row may have thousands of fields that are not known. */
    private static List<FieldError> shortened(List<FieldError> errors) {
        if (errors.size() <= LISTED_OF_A_ROW) {
            return errors;
        }
        var some = new ArrayList<>(errors.subList(0, LISTED_OF_A_ROW));
        some.add(
                FieldError.in(
                        JsonPointer.ROOT,
                        null,
                        "has %,d more errors".formatted(errors.size() - LISTED_OF_A_ROW)));
        return some;
    }

    /** How many rows were refused. */
    int refused() {
        return refused;
    }

    /** The first thousand of them. */
    List<RowProblem> listed() {
        return List.copyOf(listed);
    }

    /** How many are not listed. */
    int leftOut() {
        return refused - listed.size();
    }
}
