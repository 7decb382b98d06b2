package io.stepfree.gateway.bulk;

import io.stepfree.gateway.admission.BatchIds;
import io.stepfree.gateway.admission.ScanAdmission;
import io.stepfree.platform.problem.FieldError;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the query string of a bulk says for all rows.
 *
 * @param batch the batch; null for a new one, or for the one that the body names
 * @param standard the conformance target; null for the usual one
 * @param priority the same
 * @param callback the address to tell when the batch has ended, not judged yet; null for none
 */
record BulkQuery(
        @Nullable String batch,
        @Nullable String standard,
        @Nullable String priority,
        @Nullable String callback) {

    private static final List<String> NAMES = List.of("batch", "standard", "priority", "callback");

    /**
     * What these parameters say; a misspelt one is not ignored.
     *
     * @throws io.stepfree.platform.problem.ProblemException naming every parameter that is wrong
     */
    static BulkQuery read(Map<String, String[]> parameters) {
        var errors = new ArrayList<FieldError>();
        var found = new TreeMap<String, String>();
        new TreeMap<>(parameters)
                .forEach((name, values) -> {
                    if (!NAMES.contains(name)) {
                        errors.add(
                                FieldError.inQuery(
                                        name,
                                        null,
                                        "is not known; known are " + String.join(", ", NAMES)));
                    } else if (values.length > 1) {
                        errors.add(FieldError.inQuery(name, null, "is there twice; give it once"));
                    } else {
                        found.put(name, values[0]);
                    }
                });
        String batch = found.get("batch");
        if (batch != null && !BatchIds.isOne(batch)) {
            errors.add(FieldError.inQuery("batch", batch, BatchIds.FORM));
        }
        if (!errors.isEmpty()) {
            throw ScanAdmission.invalid(errors);
        }
        return new BulkQuery(
                batch, found.get("standard"), found.get("priority"), found.get("callback"));
    }
}
