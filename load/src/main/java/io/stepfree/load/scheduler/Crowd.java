package io.stepfree.load.scheduler;

import io.stepfree.load.measure.MeasurementException;
import io.stepfree.schemas.ops.ServiceSignal;
import io.stepfree.schemas.registry.RegistryClient;
import io.stepfree.schemas.registry.RegistryEndpoint;
import io.stepfree.schemas.scan.CommandKind;
import io.stepfree.schemas.scan.Failure;
import io.stepfree.schemas.scan.FailureType;
import io.stepfree.schemas.scan.PageResult;
import io.stepfree.schemas.scan.ScanAttempt;
import io.stepfree.schemas.scan.ScanCommand;
import io.stepfree.schemas.scan.ScanJob;
import io.stepfree.schemas.scan.ScanOptions;
import io.stepfree.schemas.scan.ScanRequest;
import io.stepfree.schemas.serde.AvroSerdes;
import io.stepfree.schemas.topic.Topics;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Everybody around the scheduler in one: the gateway that submits, and workers that have so many
 * slots and answer each job at once, or not at all. Speaks to it over its topics only. Thread-safe.
 */
public final class Crowd implements AutoCloseable {

    private static final String WORKER = "measuring-worker";
    private static final List<String> SYLLABLES =
            List.of("ba", "de", "fi", "go", "ku", "la", "me", "ni", "po", "ru");

    private final RegistryClient registry;
    private final KafkaProducer<String, SpecificRecord> producer;
    private final KafkaConsumer<String, ScanJob> jobs;
    private final BlockingQueue<Taken> taken = new LinkedBlockingQueue<>();
    private final Queue<ScanJob> held = new ConcurrentLinkedQueue<>();
    private final ScheduledExecutorService later =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("later").daemon().factory());
    private final Thread signalling;
    private final Thread taking;
    private volatile int slots;
    private volatile Answer answer = Answer.COMPLETE;
    private volatile boolean running = true;

    /** The client whose scans fail where some do. */
    public static final String FAILING = "failing";

    /** What becomes of jobs. */
    public enum Answer {
        /** All complete at once. */
        COMPLETE,
        /** All complete after a second, as pages do. */
        COMPLETE_AFTER_A_SECOND,
        /** Those of the client {@link #FAILING} fail at once; the others keep their places. */
        FAIL_SOME,
        /** Those of the client {@link #FAILING} fail for good; the others complete at once. */
        REFUSE_SOME
    }

    /**
     * A job that was handed out.
     *
     * @param nanos when it was read, by System.nanoTime
     */
    public record Taken(ScanJob job, long nanos) {}

    public Crowd(String brokers, URI address) {
        registry = new RegistryClient(RegistryEndpoint.of(address));
        var serdes = new AvroSerdes(registry);
        producer =
                new KafkaProducer<>(
                        Map.of(
                                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                                brokers,
                                ProducerConfig.COMPRESSION_TYPE_CONFIG,
                                "zstd"),
                        new StringSerializer(),
                        serdes.serializer());
        jobs =
                new KafkaConsumer<>(
                        Map.of(
                                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                                brokers,
                                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                                "read_committed",
                                ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                                2_000),
                        new StringDeserializer(),
                        serdes.deserializer(Topics.SCAN_JOBS));
        var partition = new TopicPartition(Topics.SCAN_JOBS.name(), 0);
        jobs.assign(List.of(partition));
        jobs.seekToBeginning(List.of(partition));
        signalling = Thread.ofPlatform().name("signals").daemon().start(this::signal);
        taking = Thread.ofPlatform().name("jobs").daemon().start(this::take);
    }

    /** From now on there are so many places, answering in this way. */
    public void work(int places, Answer as) {
        answer = as;
        slots = places;
        if (as == Answer.COMPLETE) {
            for (ScanJob job = held.poll(); job != null; job = held.poll()) {
                answer(job);
            }
        }
        var _ = send(Topics.OPS_SIGNALS.name(), WORKER, ofNow());
    }

    /** Submits; done when the broker has it. */
    public Future<RecordMetadata> submit(String scanId, String client, String host) {
        ScanRequest request =
                ScanRequest.newBuilder()
                        .setScanId(scanId)
                        .setRequestId(scanId)
                        .setClient(client)
                        .setUrl("https://%s/%s".formatted(host, scanId))
                        .setHost(host)
                        .setOptions(ScanOptions.newBuilder().build())
                        .setSubmittedAt(now())
                        .build();
        return send(
                Topics.SCAN_REQUESTS.name(),
                host,
                ScanCommand.newBuilder()
                        .setKind(CommandKind.SUBMIT)
                        .setScanId(scanId)
                        .setRequestId(scanId)
                        .setIssuedAt(now())
                        .setRequest(request)
                        .build());
    }

    /** The next job that was handed out, waiting for it. */
    public Taken next(Duration limit) throws InterruptedException {
        Taken next = taken.poll(limit.toMillis(), TimeUnit.MILLISECONDS);
        if (next == null) {
            throw new MeasurementException(
                    "The scheduler handed out no job for %d s.".formatted(limit.toSeconds()));
        }
        return next;
    }

    /** Forgets the jobs that were handed out so far. */
    public void forget() {
        taken.clear();
    }

    /** Waits until the broker has everything that was sent. */
    public void flush() {
        producer.flush();
    }

    private void take() {
        try {
            while (running) {
                for (var record : jobs.poll(Duration.ofMillis(100))) {
                    long nanos = System.nanoTime();
                    taken.add(new Taken(record.value(), nanos));
                    answer(record.value());
                }
            }
        } catch (WakeupException _) {
            // It is closed.
        }
    }

    private void answer(ScanJob job) {
        boolean fails = job.getRequest().getClient().equals(FAILING);
        if (answer == Answer.FAIL_SOME && !fails) {
            held.add(job);
            return;
        }
        if (answer == Answer.COMPLETE_AFTER_A_SECOND) {
            var _ = later.schedule(() -> send(job, fails), 1, TimeUnit.SECONDS);
            return;
        }
        send(job, fails);
    }

    private void send(ScanJob job, boolean fails) {
        Instant now = now();
        var attempt =
                ScanAttempt.newBuilder()
                        .setScanId(job.getRequest().getScanId())
                        .setRequestId(job.getRequest().getRequestId())
                        .setAttempt(job.getAttempt())
                        .setWorker(WORKER)
                        .setStartedAt(now)
                        .setEndedAt(now);
        if (completes() || !fails) {
            attempt.setPage(page(job));
        } else if (answer == Answer.FAIL_SOME) {
            attempt.setFailure(failure(FailureType.NAVIGATION, "The connection was reset."));
        } else {
            attempt.setFailure(refusal(job.getRequest()));
        }
        var _ = send(Topics.SCAN_ATTEMPTS.name(), job.getRequest().getHost(), attempt.build());
    }

    private boolean completes() {
        return answer == Answer.COMPLETE || answer == Answer.COMPLETE_AFTER_A_SECOND;
    }

    /** One of a hundred patterns, with a host and a number of its own. */
    private static Failure refusal(ScanRequest request) {
        int drawn = Math.floorMod(request.getUrl().hashCode(), 9_000);
        return failure(
                FailureType.TLS,
                "The certificate of %s by %s%s expired %d days ago."
                        .formatted(
                                request.getHost(),
                                SYLLABLES.get(drawn % 10),
                                SYLLABLES.get(drawn / 10 % 10),
                                drawn / 100));
    }

    private static Failure failure(FailureType type, String message) {
        return Failure.newBuilder().setType(type).setMessage(message).build();
    }

    private void signal() {
        while (running) {
            var _ = send(Topics.OPS_SIGNALS.name(), WORKER, ofNow());
            try {
                Thread.sleep(Duration.ofSeconds(1));
            } catch (InterruptedException _) {
                return;
            }
        }
    }

    private ServiceSignal ofNow() {
        return ServiceSignal.newBuilder()
                .setService("scan-processor")
                .setInstance(WORKER)
                .setAt(now())
                .setSlots(slots)
                .setGauges(Map.of())
                .build();
    }

    private Future<RecordMetadata> send(String topic, String key, SpecificRecord value) {
        return producer.send(new ProducerRecord<>(topic, key, value));
    }

    /** Waits for the broker to have a record. */
    static void acknowledged(Future<RecordMetadata> sent) throws InterruptedException {
        try {
            sent.get(30, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new MeasurementException(
                    "The broker did not take a record (%s).".formatted(e), e);
        }
    }

    private static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.MILLIS);
    }

    private static PageResult page(ScanJob job) {
        return PageResult.newBuilder()
                .setFinalUrl(job.getRequest().getUrl())
                .setTitle("A page")
                .setHttpStatus(200)
                .setLanguage("en")
                .setEngine("none")
                .setBrowser("none")
                .setViolations(List.of())
                .setNeedsReview(List.of())
                .setPasses(1)
                .setInapplicable(0)
                .setWarnings(List.of())
                .setTimings(Map.of())
                .build();
    }

    @Override
    public void close() {
        running = false;
        later.shutdownNow();
        jobs.wakeup();
        signalling.interrupt();
        try {
            taking.join(Duration.ofSeconds(10));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        jobs.close();
        producer.close(Duration.ofSeconds(5));
        registry.close();
    }
}
