package io.stepfree.scheduler.batch;

import static java.util.Objects.requireNonNull;

import io.stepfree.platform.request.RequestId;
import io.stepfree.schemas.scan.BatchMember;
import io.stepfree.schemas.scan.BatchProgress;
import io.stepfree.schemas.scan.BatchRow;
import io.stepfree.schemas.scan.BatchStep;
import io.stepfree.schemas.scan.CommandKind;
import io.stepfree.schemas.scan.EventKind;
import io.stepfree.schemas.scan.ScanCommand;
import io.stepfree.schemas.scan.ScanEvent;
import io.stepfree.schemas.scan.Standing;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a row for each batch, told by the steps of its scans, and tells on {@code scan.events} how
 * far it is: when the last of its scans has ended at once, otherwise at most once a second. A batch
 * that is cancelled has the cancel of each of its open scans sent to {@code scan.requests}; scans
 * that come to it later are cancelled as they come, unless they are replays: whoever replays one
 * wants it.
 *
 * <p>Which scans a batch has is forgotten as the scans themselves are, its figures much later. Of a
 * batch that is forgotten nothing is told any more, so that what was last told of it stays; only a
 * new scan that names it makes it anew.
 */
public final class BatchFollower implements Processor<String, BatchStep, String, SpecificRecord> {

    private static final Duration TELLING = Duration.ofSeconds(1);
    private static final Duration SWEEPING = Duration.ofHours(1);
    private static final Duration GOING_ON = Duration.ofMillis(100);

    /** So many scans of a batch are cancelled or forgotten in one transaction at most. */
    private static final int MOST_AT_ONCE = 500;

    private static final char SEPARATOR = '\u0001';
    private static final char AFTER = '\u0002';

    private final BatchStores names;
    private final Duration membersKept;
    private final Duration kept;
    private final Set<String> untold = new HashSet<>();
    private final Set<String> cancelling = new LinkedHashSet<>();
    private final Set<String> forgetting = new LinkedHashSet<>();
    private @Nullable ProcessorContext<String, SpecificRecord> context;
    private @Nullable KeyValueStore<String, BatchRow> batches;
    private @Nullable KeyValueStore<String, BatchMember> members;

    /**
     * What the topology calls its parts.
     *
     * @param batches the store of batches
     * @param members the store of their scans
     * @param commands the sink to scan.requests
     * @param events the sink to scan.events
     */
    public record BatchStores(String batches, String members, String commands, String events) {}

    /**
     * @param membersKept how long it is remembered which scans an ended batch has
     * @param kept how long a batch whose scans have all ended is remembered; no shorter
     */
    public BatchFollower(BatchStores names, Duration membersKept, Duration kept) {
        this.names = names;
        this.membersKept = membersKept;
        this.kept = kept;
    }

    @Override
    public void init(ProcessorContext<String, SpecificRecord> initialised) {
        context = initialised;
        batches = initialised.getStateStore(names.batches());
        members = initialised.getStateStore(names.members());
        Instant lately = now().minus(SWEEPING);
        try (var rows = batches().all()) {
            rows.forEachRemaining(row -> {
                // Whether it was told is not known, and telling twice does no harm.
                if (row.value.getChangedAt().isAfter(lately)) {
                    untold.add(row.key);
                }
                if (row.value.getCancelFrom() != null) {
                    cancelling.add(row.key);
                }
            });
        }
        initialised.schedule(TELLING, PunctuationType.WALL_CLOCK_TIME, _ -> tell());
        initialised.schedule(GOING_ON, PunctuationType.WALL_CLOCK_TIME, _ -> goOn());
        initialised.schedule(SWEEPING, PunctuationType.WALL_CLOCK_TIME, _ -> sweep());
    }

    @Override
    public void process(Record<String, BatchStep> record) {
        BatchStep step = record.value();
        BatchRow row = batches().get(step.getBatchId());
        Standing to = step.getState();
        if (to != null) {
            if (row != null) {
                move(row, step, to);
            } else if (step.getReplays() == 0) {
                move(begun(step), step, to);
            }
        } else if (row != null) {
            cancel(row, step);
        }
    }

    private BatchRow begun(BatchStep step) {
        return BatchRow.newBuilder()
                .setProgress(
                        BatchProgress.newBuilder()
                                .setBatchId(step.getBatchId())
                                .setClient(step.getClient())
                                .build())
                .setChangedAt(now())
                .build();
    }

    private void move(BatchRow row, BatchStep step, Standing to) {
        String key = step.getBatchId() + SEPARATOR + step.getScanId();
        BatchMember before = members().get(key);
        var progress = BatchProgress.newBuilder(row.getProgress());
        if (progress.getClient().isEmpty()) {
            progress.setClient(step.getClient());
        }
        if (before != null) {
            count(progress, before.getState(), -1);
        } else if (step.getReplays() > 0 && progress.getDeadLettered() > 0) {
            // It is forgotten that the scan is of this batch; only what is dead is replayed.
            count(progress, Standing.DEAD_LETTERED, -1);
        } else {
            progress.setAccepted(progress.getAccepted() + 1);
        }
        count(progress, to, 1);
        members()
                .put(
                        key,
                        BatchMember.newBuilder()
                                .setHost(step.getHost())
                                .setState(to)
                                .setWantedAfter(wantedAfter(row, before, step))
                                .build());
        BatchRow after =
                BatchRow.newBuilder(row).setProgress(progress.build()).setChangedAt(now()).build();
        batches().put(step.getBatchId(), after);
        untold.add(step.getBatchId());
        String cancelledBy = after.getCancelledBy();
        if (cancelledBy != null && isOpen(to) && step.getReplays() == 0) {
            cancelScan(step.getScanId(), step.getHost(), cancelledBy);
        }
        if (open(after.getProgress()) == 0) {
            tell(step.getBatchId(), after);
            untold.remove(step.getBatchId());
        }
    }

    /** What is replayed after a cancel is wanted, also while that is still being carried out. */
    private static @Nullable String wantedAfter(
            BatchRow row, @Nullable BatchMember before, BatchStep step) {
        if (before != null && isOpen(before.getState())) {
            return before.getWantedAfter();
        }
        return step.getReplays() > 0 ? row.getCancelledBy() : null;
    }

    private void cancel(BatchRow row, BatchStep step) {
        untold.add(step.getBatchId());
        cancelSome(
                step.getBatchId(),
                BatchRow.newBuilder(row)
                        .setCancelledBy(step.getRequestId())
                        .setCancelFrom("")
                        .setChangedAt(now())
                        .build());
    }

    /** Goes on with what was too much for one transaction, a batch at a time. */
    private void goOn() {
        if (!cancelling.isEmpty()) {
            String batchId = cancelling.iterator().next();
            BatchRow row = batches().get(batchId);
            if (row == null) {
                cancelling.remove(batchId);
            } else {
                cancelSome(batchId, row);
            }
        } else if (!forgetting.isEmpty()) {
            forgetSome(forgetting.iterator().next());
        }
    }

    /** Cancels the open scans from where the row says, and remembers in it where to go on. */
    private void cancelSome(String batchId, BatchRow row) {
        String first = batchId + SEPARATOR;
        String cancelledBy = requireNonNull(row.getCancelledBy());
        @Nullable String next = null;
        try (var left = members().range(first + row.getCancelFrom(), batchId + AFTER)) {
            for (int looked = 0; left.hasNext(); looked++) {
                var member = left.next();
                String scanId = member.key.substring(first.length());
                if (looked == MOST_AT_ONCE) {
                    next = scanId;
                    break;
                }
                if (isOpen(member.value.getState())
                        && !cancelledBy.equals(member.value.getWantedAfter())) {
                    cancelScan(scanId, member.value.getHost(), cancelledBy);
                }
            }
        }
        batches().put(batchId, BatchRow.newBuilder(row).setCancelFrom(next).build());
        if (next == null) {
            cancelling.remove(batchId);
        } else {
            cancelling.add(batchId);
        }
    }

    private void cancelScan(String scanId, String host, String requestId) {
        forward(
                names.commands(),
                host,
                requestId,
                ScanCommand.newBuilder()
                        .setKind(CommandKind.CANCEL)
                        .setScanId(scanId)
                        .setRequestId(requestId)
                        .setIssuedAt(now())
                        .build());
    }

    private void tell() {
        for (String batchId : untold) {
            BatchRow row = batches().get(batchId);
            if (row != null) {
                tell(batchId, row);
            }
        }
        untold.clear();
    }

    private void tell(String batchId, BatchRow row) {
        String cancelledBy = row.getCancelledBy();
        forward(
                names.events(),
                batchId,
                cancelledBy == null ? "" : cancelledBy,
                ScanEvent.newBuilder()
                        .setScanId("")
                        .setRequestId("")
                        .setKind(EventKind.BATCH_PROGRESS)
                        .setAt(now())
                        .setBatchId(batchId)
                        .setBatch(row.getProgress())
                        .build());
    }

    private void sweep() {
        forgetting.addAll(endedBefore(now().minus(membersKept)));
        endedBefore(now().minus(kept)).forEach(batches()::delete);
    }

    private void forgetSome(String batchId) {
        BatchRow row = batches().get(batchId);
        if (row != null && open(row.getProgress()) > 0) {
            // A scan has come to it meanwhile.
            forgetting.remove(batchId);
            return;
        }
        var keys = new HashSet<String>();
        try (var all = members().range(batchId + SEPARATOR, batchId + AFTER)) {
            while (all.hasNext() && keys.size() < MOST_AT_ONCE) {
                keys.add(all.next().key);
            }
        }
        keys.forEach(members()::delete);
        if (keys.size() < MOST_AT_ONCE) {
            forgetting.remove(batchId);
        }
    }

    private Set<String> endedBefore(Instant moment) {
        var ended = new HashSet<String>();
        try (var rows = batches().all()) {
            rows.forEachRemaining(row -> {
                if (open(row.value.getProgress()) == 0
                        && row.value.getChangedAt().isBefore(moment)) {
                    ended.add(row.key);
                }
            });
        }
        return ended;
    }

    private static long open(BatchProgress progress) {
        return progress.getWaiting() + progress.getRunning() + progress.getRetrying();
    }

    private static boolean isOpen(Standing standing) {
        return switch (standing) {
            case WAITING, RUNNING, RETRYING -> true;
            case COMPLETED, DEAD_LETTERED, CANCELLED, UNKNOWN -> false;
        };
    }

    private static void count(BatchProgress.Builder progress, Standing standing, int by) {
        switch (standing) {
            case WAITING -> progress.setWaiting(progress.getWaiting() + by);
            case RUNNING -> progress.setRunning(progress.getRunning() + by);
            case RETRYING -> progress.setRetrying(progress.getRetrying() + by);
            case COMPLETED -> progress.setCompleted(progress.getCompleted() + by);
            case DEAD_LETTERED -> progress.setDeadLettered(progress.getDeadLettered() + by);
            case CANCELLED -> progress.setCancelled(progress.getCancelled() + by);
            case UNKNOWN -> {
                // Told by a newer scheduler: it counts nowhere until that one tells more.
            }
        }
    }

    private void forward(String sink, String key, String requestId, SpecificRecord value) {
        var headers = new RecordHeaders();
        RequestId.saneOr(requestId).writeTo(headers);
        context().forward(new Record<>(key, value, now().toEpochMilli(), headers), sink);
    }

    private Instant now() {
        return Instant.ofEpochMilli(context().currentSystemTimeMs());
    }

    private ProcessorContext<String, SpecificRecord> context() {
        return requireNonNull(context);
    }

    private KeyValueStore<String, BatchRow> batches() {
        return requireNonNull(batches);
    }

    private KeyValueStore<String, BatchMember> members() {
        return requireNonNull(members);
    }
}
