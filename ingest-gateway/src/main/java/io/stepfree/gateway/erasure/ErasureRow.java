package io.stepfree.gateway.erasure;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.stepfree.schemas.ops.OperatorCommand;
import io.stepfree.schemas.topic.Topic;
import io.stepfree.schemas.topic.Topics;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An erasure as administrators see it; the components are the JSON fields.
 *
 * @param id its id
 * @param client whose data
 * @param state ordered, until the first service has taken it; under_way; done, when all have
 *     counted that nothing is left
 * @param requestId the id of the HTTP request that ordered it
 * @param orderedBy who ordered it
 * @param reason why
 * @param orderedAt when: what was submitted until then is erased
 * @param doneAt when the last service was done
 * @param remaining how many of all kinds are left, as last counted; absent while a service has not
 *     counted
 * @param services what each service says
 * @param topics until when each topic may hold records from before it was done
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record ErasureRow(
        String id,
        String client,
        String state,
        String requestId,
        String orderedBy,
        String reason,
        Instant orderedAt,
        @Nullable Instant doneAt,
        @Nullable Long remaining,
        List<Part> services,
        @Nullable List<TopicEnd> topics) {

    private static final String ORDERED = "ordered";
    private static final String UNDER_WAY = "under_way";
    private static final String DONE = "done";

    /**
     * What one service has erased of it.
     *
     * @param service which
     * @param state ordered, under_way or done
     * @param erased how many went, by kind
     * @param remaining how many were left at the recount, by kind; absent before
     * @param doneAt when a recount found nothing; absent before
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Part(
            String service,
            String state,
            Map<String, Long> erased,
            @Nullable Map<String, Long> remaining,
            @Nullable Instant doneAt) {

        static Part ordered(String service) {
            return new Part(service, ORDERED, Map.of(), null, null);
        }

        static Part taken(
                String service,
                Map<String, Long> erased,
                @Nullable Map<String, Long> remaining,
                @Nullable Instant doneAt) {
            return new Part(service, doneAt == null ? UNDER_WAY : DONE, erased, remaining, doneAt);
        }
    }

    /**
     * How long a topic may hold what is erased.
     *
     * @param topic its name
     * @param until when the last record of it is gone, with what is declared for the topic
     */
    record TopicEnd(String topic, Instant until) {}

    /**
     * Who ordered an erasure, when and why, as each service that has taken it knows it.
     *
     * @param id its id
     */
    record Order(
            String id,
            String client,
            String requestId,
            String orderedBy,
            String reason,
            Instant orderedAt) {

        static Order of(OperatorCommand command) {
            return new Order(
                    command.getCommandId(),
                    Objects.requireNonNull(command.getClient()),
                    command.getRequestId(),
                    command.getOrderedBy(),
                    command.getReason(),
                    command.getOrderedAt());
        }
    }

    static ErasureRow of(Order order, List<Part> parts) {
        boolean done = parts.stream().allMatch(part -> part.state().equals(DONE));
        boolean taken = parts.stream().anyMatch(part -> !part.state().equals(ORDERED));
        Optional<Instant> last =
                parts.stream()
                        .map(Part::doneAt)
                        .filter(Objects::nonNull)
                        .max(Instant::compareTo)
                        .filter(_ -> done);
        return new ErasureRow(
                order.id(),
                order.client(),
                done ? DONE : taken ? UNDER_WAY : ORDERED,
                order.requestId(),
                order.orderedBy(),
                order.reason(),
                order.orderedAt(),
                last.orElse(null),
                remaining(parts),
                parts,
                last.map(ErasureRow::topicsUntil).orElse(null));
    }

    private static @Nullable Long remaining(List<Part> parts) {
        long sum = 0;
        for (Part part : parts) {
            if (part.remaining() == null) {
                return null;
            }
            sum += part.remaining().values().stream().mapToLong(Long::longValue).sum();
        }
        return sum;
    }

    /* What is cancelled by the erasure is written until a moment after it; a day is counted in. */
    private static List<TopicEnd> topicsUntil(Instant done) {
        return Stream.concat(
                        Topics.all().stream()
                                .filter(topic -> !topic.equals(Topics.OPS_SIGNALS))
                                .map(topic ->
                                        new TopicEnd(topic.name(), done.plus(topic.longestLife()))),
                        Stream.of(
                                new TopicEnd(
                                        Topics.Unreadable.NAME,
                                        done.plus(Topics.Unreadable.RETENTION)
                                                .plus(Topic.SEGMENT))))
                .toList();
    }
}
