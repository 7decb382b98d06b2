package io.stepfree.gateway.bulk;

import io.stepfree.gateway.admission.Callback;
import io.stepfree.gateway.admission.JsonBody;
import io.stepfree.gateway.admission.NewScan;
import io.stepfree.gateway.admission.ScanAdmission;
import io.stepfree.gateway.admission.ScanIds;
import io.stepfree.gateway.callbacks.CallbackBook;
import io.stepfree.gateway.idempotency.IdempotencyKey;
import io.stepfree.gateway.idempotency.OncePerKey;
import io.stepfree.gateway.idempotency.OncePerKey.Submitted;
import io.stepfree.gateway.limits.Allowance;
import io.stepfree.gateway.publish.PartlyPublishedException;
import io.stepfree.gateway.scans.QueueBound;
import io.stepfree.gateway.scans.ScanIntake;
import io.stepfree.platform.problem.ProblemException;
import io.stepfree.platform.problem.ProblemType;
import io.stepfree.platform.request.RequestId;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Takes many scans in two passes. The first looks at every row of the whole body, so that a body
 * that breaks off or cannot be read to its end publishes nothing. The second publishes the good
 * rows under ids that follow from the request's own and the row, so that it can be done again after
 * it was broken off. Only one row at a time is in memory, beside those on their way to the broker.
 * Thread-safe.
 */
final class BulkIntake {

    private static final Logger LOG = LoggerFactory.getLogger(BulkIntake.class);

    /** Records on their way to the broker. */
    private static final int IN_FLIGHT = 64;

    private static final String MADE = "bulk-";

    private final ScanAdmission admission;
    private final ScanIntake intake;
    private final OncePerKey oncePerKey;
    private final QueueBound queue;
    private final CallbackBook callbacks;
    private final BulkProperties properties;
    private final Rows.Bounds bounds;
    private final Semaphore places;
    private final Map<String, Integer> underWay = new ConcurrentHashMap<>();

    /**
     * A request for many scans.
     *
     * @param client whom they are for
     * @param allowance how many of them the client may still have
     * @param key what the client calls the request; empty when it comes without one
     * @param id of the request that brings them now
     */
    record Order(
            String client,
            Allowance allowance,
            BulkFormat format,
            BulkQuery query,
            Optional<IdempotencyKey> key,
            RequestId id,
            JsonBody.Source body) {}

    /** What became of it. */
    sealed interface Outcome {

        RowProblems problems();

        /**
         * Every good row is with the broker.
         *
         * @param batch which the scans are part of
         * @param id of the request that brought them first
         * @param accepted how many there are
         */
        record Taken(String batch, RequestId id, int accepted, RowProblems problems)
                implements Outcome {}

        /** There was no good row. */
        record NothingTaken(RowProblems problems) implements Outcome {}
    }

    /**
     * What the first pass found.
     *
     * @param batch the batch that the request names; null for one to be made
     * @param good the numbers of the good rows
     */
    private record Survey(@Nullable String batch, BitSet good, RowProblems problems) {
        String batch(String seed) {
            return batch == null ? MADE + seed : batch;
        }
    }

    /**
     * @param longestRow how many bytes one scan may have
     */
    BulkIntake(
            ScanAdmission admission,
            ScanIntake intake,
            OncePerKey oncePerKey,
            QueueBound queue,
            CallbackBook callbacks,
            BulkProperties properties,
            int longestRow) {
        this.admission = admission;
        this.intake = intake;
        this.oncePerKey = oncePerKey;
        this.queue = queue;
        this.callbacks = callbacks;
        this.properties = properties;
        this.bounds = new Rows.Bounds(properties.rows(), longestRow);
        this.places = new Semaphore(properties.atOnce());
    }

    /**
     * Takes all that is good in a request; returns once the broker has it safely.
     *
     * @throws ProblemException when the body as a whole is wrong; then nothing was published
     * @throws PartlyPublishedException when not all of it could be published
     */
    Outcome take(Order order) {
        Callback callback = callback(order);
        if (!places.tryAcquire()) {
            throw new ProblemException(
                    ProblemType.UNAVAILABLE,
                    "%d requests for many scans are under way, and more are not served at once. Nothing was accepted; try again later."
                            .formatted(properties.atOnce()));
        }
        try {
            enter(order.client());
            try (var spool =
                    Spool.of(order.body(), properties.longestBody(), properties.bodyTimeout())) {
                return take(order, callback, spool);
            } finally {
                underWay.computeIfPresent(order.client(), (_, many) -> many == 1 ? null : many - 1);
            }
        } finally {
            places.release();
        }
    }

    /* So that one client with slow bodies does not take the places of all. */
    private void enter(String client) {
        int most = Math.max(1, properties.atOnce() / 2);
        if (underWay.merge(client, 1, Integer::sum) > most) {
            underWay.computeIfPresent(client, (_, many) -> many == 1 ? null : many - 1);
            throw new ProblemException(
                    ProblemType.RATE_LIMITED,
                    "%d requests for many scans of client %s are under way, and more are not served at once. Nothing was accepted; try again later."
                            .formatted(most, client),
                    List.of(),
                    Duration.ofSeconds(5));
        }
    }

    private @Nullable Callback callback(Order order) {
        String url = order.query().callback();
        Callback callback = url == null ? null : admission.callback(url);
        callbacks.requireSigned(order.client(), callback);
        return callback;
    }

    private Outcome take(Order order, @Nullable Callback callback, Spool spool) {
        Survey survey = survey(order, spool);
        int accepted = survey.good().cardinality();
        if (accepted == 0) {
            return new Outcome.NothingTaken(survey.problems());
        }
        Submitted submitted = submit(order, callback, spool, survey);
        String batch = survey.batch(submitted.scanId());
        return new Outcome.Taken(batch, submitted.requestId(), accepted, survey.problems());
    }

    private Survey survey(Order order, Spool spool) {
        var good = new BitSet();
        var problems = new RowProblems();
        Rows rows = order.format().open(spool.open(), order.query(), bounds);
        for (Row row = rows.next(); row != null; row = rows.next()) {
            switch (row) {
                case Row.Legible(int number, JsonNode document) -> {
                    try {
                        intake.requireSealable(admission.admitRow(document, rows.defaults()));
                        good.set(number);
                    } catch (ProblemException e) {
                        problems.add(number, document, e.errors());
                    }
                }
                case Row.Illegible illegible ->
                        problems.add(illegible.number(), illegible.errors());
                case Row.Surplus(int number) ->
                        problems.add(
                                number,
                                Row.Illegible.because(
                                                number,
                                                "is after the %,d rows that a request may have; send it in another one"
                                                        .formatted(bounds.rows()))
                                        .errors());
            }
        }
        return new Survey(rows.batch(), good, problems);
    }

    private Submitted submit(Order order, @Nullable Callback callback, Spool spool, Survey survey) {
        String seed = intake.newId();
        var beginning = new Beginning(order, callback, spool, survey);
        if (order.key().isPresent()) {
            return oncePerKey.submit(
                    order.client(),
                    order.key().get(),
                    likeness(order, spool),
                    seed,
                    order.id(),
                    beginning);
        }
        beginning.begin(seed, order.id());
        return new Submitted(seed, order.id());
    }

    /** What tells two bodies apart; they are the same only byte by byte. */
    private static JsonNode likeness(Order order, Spool spool) {
        ObjectNode likeness =
                JsonMapper.shared()
                        .createObjectNode()
                        .put("bulk", order.format().name())
                        .put("batch", order.query().batch())
                        .put("standard", order.query().standard())
                        .put("priority", order.query().priority())
                        .put("sha256", spool.sha256());
        if (order.query().callback() != null) {
            likeness.put("callback", order.query().callback());
        }
        return likeness;
    }

    /**
     * Begins the good rows together: all of them are taken from the client's allowance, or none.
     * For one thread.
     */
    private final class Beginning implements OncePerKey.Beginning {

        private final Order order;
        private final @Nullable Callback callback;
        private final Spool spool;
        private final Survey survey;
        private final Allowance allowance;
        private boolean begun;
        private int published;

        Beginning(Order order, @Nullable Callback callback, Spool spool, Survey survey) {
            this.order = order;
            this.callback = callback;
            this.spool = spool;
            this.survey = survey;
            this.allowance = order.allowance().of(survey.good().cardinality());
        }

        /** All of it, for a request without a key. */
        void begin(String seed, RequestId requestId) {
            queue.admit();
            allowance.take();
            try {
                publish(seed, requestId);
            } catch (RuntimeException e) {
                if (!begun) {
                    allowance.giveBack();
                }
                // Nobody can send it again, so its batch does not wait for the rest of it.
                callbacks.amendBatch(
                        order.client(), survey.batch(seed), UUID.fromString(seed), published);
                throw e;
            }
        }

        @Override
        public void admit(Handle handle) {
            queue.admit();
            allowance.take(handle);
        }

        @Override
        public void publish(String seed, RequestId requestId) {
            callbacks.rememberBatch(
                    order.client(),
                    survey.batch(seed),
                    UUID.fromString(seed),
                    survey.good().cardinality(),
                    callback);
            try {
                BulkIntake.this.publish(order, spool, survey, seed, requestId);
            } catch (PartlyPublishedException e) {
                published = e.published();
                begun = published > 0;
                throw e;
            }
        }

        @Override
        public boolean hasBegun() {
            return begun;
        }

        @Override
        public void withdraw(Handle handle) {
            allowance.giveBack(handle);
        }
    }

    private void publish(
            Order order, Spool spool, Survey survey, String seed, RequestId requestId) {
        String batch = survey.batch(seed);
        UUID id = UUID.fromString(seed);
        Rows rows = order.format().open(spool.open(), order.query(), bounds);
        var submissions = new Submissions(IN_FLIGHT);
        try (submissions) {
            int last = survey.good().length() - 1;
            Row row = rows.next();
            while (row != null && row.number() <= last && !submissions.failed()) {
                if (row instanceof Row.Legible(int number, JsonNode document)
                        && survey.good().get(number)) {
                    NewScan scan = admission.admitRow(document, rows.defaults()).in(batch);
                    submissions.add(
                            intake.submission(
                                    order.client(),
                                    scan,
                                    ScanIds.ofRow(id, number).toString(),
                                    requestId));
                }
                row = rows.next();
            }
        }
        submissions
                .failure()
                .ifPresent(failure -> {
                    throw broken(order, survey, batch, submissions.done(), failure);
                });
        LOG.info("Took the order to scan {} pages as the batch {}", submissions.done(), batch);
    }

    private static PartlyPublishedException broken(
            Order order, Survey survey, String batch, int done, RuntimeException failure) {
        return new PartlyPublishedException(
                "%,d of %,d scans of the batch %s were accepted before Kafka or the schema registry ceased to answer; of a few more it is not known. %s"
                        .formatted(
                                done,
                                survey.good().cardinality(),
                                batch,
                                order.key().isPresent()
                                        ? "Send the same again with the same %s later: it completes the batch and doubles nothing."
                                                .formatted(IdempotencyKey.HEADER)
                                        : "Sent again without an %s, those accepted would be scanned twice."
                                                .formatted(IdempotencyKey.HEADER)),
                done,
                failure);
    }
}
