package io.stepfree.standalone.client;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of many scans that were submitted in one request.
 *
 * @param batch which those accepted are part of; null when none was
 * @param accepted how many there are
 * @param refused how many rows were not
 * @param problems why, row by row
 * @param problemsLeftOut how many more rows were refused than are listed
 */
public record BulkView(
        @Nullable String batch,
        int accepted,
        int refused,
        List<RowProblem> problems,
        int problemsLeftOut) {

    /**
     * What is wrong with one row.
     *
     * @param row its number, from 1
     * @param url its address, where it can be told
     * @param errors its fields that are wrong
     */
    public record RowProblem(int row, @Nullable String url, List<RefusedException.Fault> errors) {
        public RowProblem {
            errors = List.copyOf(errors);
        }
    }

    @SuppressWarnings("NullAway") // Another problem than that of rows has no list.
    public BulkView {
        problems = problems == null ? List.of() : List.copyOf(problems);
    }
}
