package io.stepfree.deadletters.keeping;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.stepfree.deadletters.index.StorableText;
import io.stepfree.schemas.ops.DeadLetterFilter;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A filter as people read it in the audit trail: the names are those of the API. */
@JsonInclude(JsonInclude.Include.NON_NULL)
record ReadableFilter(
        @Nullable String type,
        @Nullable String host,
        @Nullable String client,
        @Nullable String pattern,
        @Nullable String engine,
        @Nullable String state,
        @Nullable String q,
        @Nullable Instant from,
        @Nullable Instant to) {

    static ReadableFilter of(DeadLetterFilter filter) {
        return new ReadableFilter(
                storable(filter.getFailureType()),
                storable(filter.getHost()),
                storable(filter.getClient()),
                storable(filter.getPattern()),
                storable(filter.getEngine()),
                storable(filter.getState()),
                storable(filter.getText()),
                filter.getDiedFrom(),
                filter.getDiedBefore());
    }

    private static @Nullable String storable(@Nullable String text) {
        return text == null ? null : StorableText.of(text);
    }
}
