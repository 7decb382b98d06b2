package io.stepfree.deadletters.replay;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.stepfree.deadletters.index.StorableText;
import io.stepfree.schemas.ops.DeadLetterFilter;
import io.stepfree.schemas.ops.OffsetSpan;
import io.stepfree.schemas.ops.ReplayPlan;
import io.stepfree.schemas.ops.TopicSpan;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What to replay and how, as it stands in the table for people: the same fields as in the body of
 * {@code POST /admin/dlq/replays}.
 *
 * @param filter those that the index knows and the filter chooses
 * @param span those that lie on a stretch of the topic
 * @param dryRun whether it is only told what would go
 * @param canary what goes first; absent for no canary
 * @param rate how many go a second at most
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record ReadablePlan(
        @Nullable Filter filter,
        @Nullable Span span,
        boolean dryRun,
        @Nullable Canary canary,
        double rate) {

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Filter(
            @Nullable String type,
            @Nullable String host,
            @Nullable String client,
            @Nullable String pattern,
            @Nullable String engine,
            @Nullable String state,
            @Nullable String q,
            @Nullable Instant from,
            @Nullable Instant to) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Span(@Nullable List<Offsets> offsets, @Nullable Instant from, @Nullable Instant to) {}

    record Offsets(int partition, long from, long to) {}

    record Canary(double share, double success) {}

    static ReadablePlan of(ReplayPlan plan) {
        return new ReadablePlan(
                Optional.ofNullable(plan.getFilter()).map(ReadablePlan::filter).orElse(null),
                Optional.ofNullable(plan.getSpan()).map(ReadablePlan::span).orElse(null),
                plan.getDryRun(),
                plan.getCanaryShare() > 0
                        ? new Canary(plan.getCanaryShare(), plan.getCanarySuccess())
                        : null,
                plan.getRatePerSecond());
    }

    /** What is wrong with it, in one sentence; empty when it can be carried out. */
    Optional<String> fault() {
        if ((filter == null) == (span == null)) {
            return Optional.of("the order names both a filter and a span, or neither");
        }
        if (!(rate > 0)) {
            return Optional.of("the rate %s is not above 0".formatted(rate));
        }
        return Optional.empty();
    }

    /** The filter as orders carry it. */
    static DeadLetterFilter order(Filter chosen) {
        return DeadLetterFilter.newBuilder()
                .setFailureType(chosen.type())
                .setHost(chosen.host())
                .setClient(chosen.client())
                .setPattern(chosen.pattern())
                .setEngine(chosen.engine())
                .setState(chosen.state())
                .setText(chosen.q())
                .setDiedFrom(chosen.from())
                .setDiedBefore(chosen.to())
                .build();
    }

    private static Filter filter(DeadLetterFilter order) {
        return new Filter(
                storable(order.getFailureType()),
                storable(order.getHost()),
                storable(order.getClient()),
                storable(order.getPattern()),
                storable(order.getEngine()),
                storable(order.getState()),
                storable(order.getText()),
                order.getDiedFrom(),
                order.getDiedBefore());
    }

    private static Span span(TopicSpan order) {
        return new Span(
                order.getOffsets().isEmpty()
                        ? null
                        : order.getOffsets().stream().map(ReadablePlan::offsets).toList(),
                order.getWrittenFrom(),
                order.getWrittenBefore());
    }

    private static Offsets offsets(OffsetSpan span) {
        return new Offsets(span.getPartition(), span.getFromOffset(), span.getToOffset());
    }

    private static @Nullable String storable(@Nullable String text) {
        return text == null ? null : StorableText.of(text);
    }
}
