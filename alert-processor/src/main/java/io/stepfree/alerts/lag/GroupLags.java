package io.stepfree.alerts.lag;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListShareGroupOffsetsSpec;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.SharePartitionOffsetInfo;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.GroupType;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;

/**
 * Asks the broker how many records each of our groups is behind: consumer groups, those of Kafka
 * Streams, and share groups (KIP-1226). A partition of which a group has stored no offset yet does
 * not count, and the markers of transactions count as records, so that a group that has read all
 * may be behind by one for each partition. Blocks on the broker; thread-safe.
 */
final class GroupLags {

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** The groups of our services begin with their names. */
    private static final List<String> OURS =
            List.of("scan-", "report-builder", "dlq-processor", "alert-processor", "ingest-");

    /**
     * Earlier schedulers each had a group of this name to hear the workers; the broker keeps it for
     * a week, and nobody will ever read on in it.
     */
    private static final Predicate<String> LEFT_BEHIND =
            Pattern.compile("scan-scheduler-.+-signals").asMatchPredicate();

    private final Admin admin;

    GroupLags(Admin admin) {
        this.admin = admin;
    }

    /**
     * The lag of each group, in records.
     *
     * @throws ExecutionException when the broker refuses
     * @throws TimeoutException when it does not answer within seconds
     */
    Map<String, Long> measure() throws ExecutionException, InterruptedException, TimeoutException {
        var lags = new HashMap<String, Long>();
        var others = new HashSet<String>();
        var shares = new HashSet<String>();
        for (GroupListing group : await(admin.listGroups().all())) {
            if (isOurs(group.groupId())) {
                boolean share = group.type().filter(GroupType.SHARE::equals).isPresent();
                (share ? shares : others).add(group.groupId());
            }
        }
        lags.putAll(ofShares(shares));
        lags.putAll(ofOthers(others));
        return lags;
    }

    private static boolean isOurs(String group) {
        return OURS.stream().anyMatch(group::startsWith) && !LEFT_BEHIND.test(group);
    }

    private Map<String, Long> ofShares(Set<String> groups)
            throws ExecutionException, InterruptedException, TimeoutException {
        var lags = new HashMap<String, Long>();
        for (String group : groups) {
            Map<TopicPartition, SharePartitionOffsetInfo> offsets =
                    await(
                            admin.listShareGroupOffsets(
                                            Map.of(group, new ListShareGroupOffsetsSpec()))
                                    .partitionsToOffsetInfo(group));
            lags.put(
                    group,
                    // A partition of which nothing was ever taken has no offset.
                    offsets.values().stream()
                            .filter(Objects::nonNull)
                            .mapToLong(offset -> offset.lag().orElse(0L))
                            .sum());
        }
        return lags;
    }

    private Map<String, Long> ofOthers(Set<String> groups)
            throws ExecutionException, InterruptedException, TimeoutException {
        if (groups.isEmpty()) {
            return Map.of();
        }
        Map<String, Map<TopicPartition, OffsetAndMetadata>> stored =
                await(
                        admin.listConsumerGroupOffsets(
                                        groups.stream()
                                                .collect(
                                                        Collectors.toMap(
                                                                group -> group,
                                                                _ ->
                                                                        new ListConsumerGroupOffsetsSpec())))
                                .all());
        var partitions =
                stored.values().stream()
                        .flatMap(offsets -> offsets.keySet().stream())
                        .distinct()
                        .collect(
                                Collectors.toMap(partition -> partition, _ -> OffsetSpec.latest()));
        var ends = await(admin.listOffsets(partitions).all());
        var lags = new HashMap<String, Long>();
        stored.forEach((group, offsets) -> {
            long lag = 0;
            for (var offset : offsets.entrySet()) {
                // Null where the group has stored nothing.
                var end = ends.get(offset.getKey());
                if (offset.getValue() != null && end != null) {
                    lag += Math.max(0, end.offset() - offset.getValue().offset());
                }
            }
            lags.put(group, lag);
        });
        return lags;
    }

    private static <T> T await(KafkaFuture<T> answer)
            throws ExecutionException, InterruptedException, TimeoutException {
        return answer.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }
}
