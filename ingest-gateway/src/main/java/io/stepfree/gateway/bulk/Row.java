package io.stepfree.gateway.bulk;

import io.stepfree.platform.problem.FieldError;
import io.stepfree.platform.problem.JsonPointer;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** One row of a body, by its number from 1; headers and empty lines have none. */
sealed interface Row {

    int number();

    /** One that may ask for a scan. */
    record Legible(int number, JsonNode document) implements Row {}

    /** One that cannot be read, while those after it can. */
    record Illegible(int number, List<FieldError> errors) implements Row {
        public Illegible {
            errors = List.copyOf(errors);
        }

        /** One that is wrong as a whole. */
        static Illegible because(int number, String detail) {
            return new Illegible(number, List.of(FieldError.in(JsonPointer.ROOT, null, detail)));
        }

        static Illegible tooLong(int number, int longest) {
            return because(
                    number, "is longer than the %,d bytes that a scan may have".formatted(longest));
        }
    }

    /** One after those that are looked at. */
    record Surplus(int number) implements Row {}
}
