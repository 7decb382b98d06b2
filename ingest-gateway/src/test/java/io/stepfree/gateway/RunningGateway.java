package io.stepfree.gateway;

import io.stepfree.gateway.access.Keys;
import io.stepfree.platform.boot.ServiceApplication;
import io.stepfree.platform.breaker.BreakerOpenException;
import io.stepfree.platform.fixture.ServiceArguments;
import io.stepfree.platform.fixture.TestDatabase;
import io.stepfree.platform.fixture.TestKafka;
import io.stepfree.platform.fixture.TestRegistry;
import io.stepfree.schemas.topic.Topic;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.springframework.context.ConfigurableApplicationContext;

/** A gateway on a port of its own, with all that it needs, and a client for it. */
final class RunningGateway implements AutoCloseable {

    static final String JSON = "application/json";

    /** The key that secrets are sealed with, for tests only. */
    static final String SECRETS_KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    /** The views as the services that own them show them, here as plain tables. */
    private static final String VIEWS =
            """
            CREATE SCHEMA reports;
            CREATE TABLE reports.scan_status_view (
                scan_id text PRIMARY KEY, request_id text, client text, url text, host text, standard text,
                priority text, status text, attempt int, submitted_at timestamptz, updated_at timestamptz,
                next_attempt_at timestamptz, failure jsonb, batch_id text, score int,
                relook_of text, second_look boolean NOT NULL DEFAULT false);
            CREATE TABLE reports.report_view (
                scan_id text PRIMARY KEY, document jsonb, html_file text, json_file text, published_at timestamptz,
                repeat_key text, completed_at timestamptz);
            CREATE TABLE reports.batch_view (
                batch_id text PRIMARY KEY, client text, accepted bigint, waiting bigint, running bigint,
                retrying bigint, completed bigint, dead_lettered bigint, cancelled bigint, told_at timestamptz);
            CREATE TABLE reports.site_view (
                site_id text PRIMARY KEY, client text, document jsonb, told_at timestamptz);
            CREATE TABLE reports.finding_view (
                scan_id text, place int, completed_at timestamptz, client text, host text, url text, rule text,
                criteria text[], impact text, kind text, fingerprint text, target text[], html text, state text, template text);
            CREATE TABLE reports.missing_finding_view (
                scan_id text, fingerprint text, completed_at timestamptz, client text, state text, rule text, kind text,
                impact text, seen_scan_id text, seen_place int, seen_completed_at timestamptz, seen_engine text);
            CREATE TABLE reports.comparison_view (
                scan_id text PRIMARY KEY, client text, completed_at timestamptz, engine text, whole boolean,
                incomparable text, previous_scan_id text, found int, new int DEFAULT 0, newly_observed int DEFAULT 0,
                persisting int DEFAULT 0, fixed int DEFAULT 0, not_observed int DEFAULT 0, engine_changed int DEFAULT 0, template text);
            CREATE TABLE reports.second_look_view (
                scan_id text PRIMARY KEY, client text, decided boolean, relook_scan_id text, next_scan_id text,
                next_completed_at timestamptz, is_over boolean DEFAULT false);
            GRANT SELECT ON reports.finding_view, reports.missing_finding_view, reports.comparison_view,
                            reports.second_look_view TO stepfree_client;
            CREATE TABLE reports.trend_view (
                client text, bucket text, rule text, begins timestamptz, host text, scans bigint,
                pages_seen bigint, pages_not_seen bigint, issues bigint, occurrences bigint, new bigint, fixed bigint,
                persisting bigint, scores int[], score_counts bigint[], pages_seen_in_part bigint DEFAULT 0);
            CREATE TABLE reports.trend_scan_view (
                scan_id text, client text, url text, page text GENERATED ALWAYS AS (md5(url)) STORED, look text,
                completed_at timestamptz, seen boolean, score int, rules text[], occurrences bigint[],
                whole boolean DEFAULT true, second_look boolean DEFAULT false);
            GRANT SELECT ON reports.trend_view, reports.trend_scan_view TO stepfree_client;
            GRANT USAGE ON SCHEMA reports TO stepfree_client;
            GRANT SELECT ON reports.scan_status_view, reports.report_view, reports.batch_view, reports.site_view TO stepfree_client;
            ALTER TABLE reports.scan_status_view ENABLE ROW LEVEL SECURITY;
            CREATE POLICY of_one_client ON reports.scan_status_view FOR SELECT TO stepfree_client
                USING (client = current_setting('stepfree.client', true));
            CREATE SCHEMA dead_letters;
            CREATE TABLE dead_letters.dead_letter_view (
                scan_id text, replays int, request_id text, client text, url text, host text, failure_type text,
                message text, http_status int, cause text, attempts int, died_at timestamptz, state text,
                record jsonb, topic text, topic_partition int, topic_offset bigint, pattern text, pattern_id text,
                engine text, batch_id text, origin_topic text, origin_partition int, origin_offset bigint,
                state_by text, state_reason text, state_at timestamptz, replayed_at timestamptz, claimed_by text,
                replay_id text, next_end text, next_ended_at timestamptz, PRIMARY KEY (scan_id, replays));
            CREATE TABLE dead_letters.purged_letter_view (
                scan_id text, replays int, purged_at timestamptz, command_id text, ordered_by text, reason text,
                PRIMARY KEY (scan_id, replays));
            CREATE TABLE dead_letters.operator_action_view (
                command_id text PRIMARY KEY, request_id text, kind text, scan_id text, replays int, filter jsonb,
                ordered_by text, reason text, ordered_at timestamptz, outcome text, affected bigint,
                settled_at timestamptz);
            CREATE TABLE dead_letters.unreadable_view (
                id bigint PRIMARY KEY, topic text, topic_partition int, topic_offset bigint, kept_at timestamptz,
                error text, size_bytes int);
            CREATE TABLE dead_letters.replay_view (
                id text PRIMARY KEY, request_id text, ordered_by text, reason text, ordered_at timestamptz, plan jsonb,
                state text, chosen int, published bigint, completed bigint, died_again bigint, cancelled bigint,
                under_way bigint, waiting bigint, skipped jsonb, sample jsonb, canary_size int, canary text,
                started_at timestamptz, ended_at timestamptz, ending text, steps jsonb DEFAULT '[]');
            CREATE TABLE reports.erasure_view (
                id text PRIMARY KEY, client text, request_id text, ordered_by text, reason text,
                ordered_at timestamptz, taken_at timestamptz, erased jsonb, remaining jsonb,
                recounted_at timestamptz, done_at timestamptz);
            CREATE TABLE dead_letters.erasure_view (LIKE reports.erasure_view INCLUDING ALL);
            """;

    /** The gateway, which needs it too, may have made it already. */
    private static final String ROLE =
            """
            DO $$ BEGIN
                CREATE ROLE stepfree_client NOLOGIN;
            EXCEPTION
                WHEN duplicate_object OR unique_violation THEN NULL;
            END $$
            """;

    private final TestKafka kafka;
    private final TestRegistry registry;
    private final TestDatabase database;
    private final ConfigurableApplicationContext context;
    private final HttpClient http =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(Duration.ofSeconds(10))
                    .build();

    private RunningGateway(
            Class<?> application,
            TestKafka kafka,
            TestRegistry registry,
            TestDatabase database,
            String... more) {
        this.kafka = kafka;
        this.registry = registry;
        this.database = database;
        this.context =
                ServiceApplication.run(
                        "ingest-gateway",
                        application,
                        ServiceArguments.of(kafka, registry, database, more));
        awaitAccess();
    }

    /* On a busy machine its first look at the database takes longer than a request waits for it. */
    private void awaitAccess() {
        for (int look = 0; look < 3; look++) {
            try {
                bean(Keys.class).any();
                return;
            } catch (JdbiException | BreakerOpenException _) {
                // Some tests begin without a database.
            }
        }
    }

    /** With a broker and a database of its own, and the registry that all tests share. */
    static RunningGateway start() {
        return new RunningGateway(
                GatewayApplication.class,
                TestKafka.start(),
                TestRegistry.shared(),
                database(),
                "--stepfree.secrets.keys.test=" + SECRETS_KEY,
                // On a busy machine what is known is not always found as quickly as it should be.
                "--stepfree.cache.patience=5s");
    }

    /** Another one on the same broker and database; only its gateway is to be stopped. */
    RunningGateway beside(String... more) {
        return new RunningGateway(GatewayApplication.class, kafka, registry, database, more);
    }

    static RunningGateway start(
            TestKafka kafka, TestRegistry registry, TestDatabase database, String... more) {
        return new RunningGateway(GatewayApplication.class, kafka, registry, database, more);
    }

    /** One that believes each request who sends it and by which plan. */
    static RunningGateway limited(TestKafka kafka, TestDatabase database, String... more) {
        return new RunningGateway(
                LimitedGateway.class, kafka, TestRegistry.shared(), database, more);
    }

    /** With what the services show the gateway, of which there is nothing yet. */
    static TestDatabase database() {
        TestDatabase database = TestDatabase.start();
        createViews(database);
        return database;
    }

    static void createViews(TestDatabase database) {
        database.jdbi()
                .useHandle(handle -> {
                    handle.execute(ROLE);
                    handle.createScript(VIEWS).execute();
                });
    }

    <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    <T> T bean(String name, Class<T> type) {
        return context.getBean(name, type);
    }

    TestKafka kafka() {
        return kafka;
    }

    TestRegistry registry() {
        return registry;
    }

    Jdbi jdbi() {
        return database.jdbi();
    }

    int port() {
        return context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d%s".formatted(port(), path)))
                .timeout(Duration.ofSeconds(30));
    }

    Answer get(String path) {
        return send(request(path).GET());
    }

    Answer delete(String path) {
        return send(request(path).DELETE());
    }

    Answer post(String path, String json) {
        return send(
                request(path)
                        .header("Content-Type", JSON)
                        .POST(HttpRequest.BodyPublishers.ofString(json)));
    }

    Answer put(String path, String json) {
        return send(
                request(path)
                        .header("Content-Type", JSON)
                        .PUT(HttpRequest.BodyPublishers.ofString(json)));
    }

    Answer send(HttpRequest.Builder request) {
        try {
            HttpResponse<String> response =
                    http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return new Answer(response.statusCode(), response.headers().map(), response.body());
        } catch (IOException e) {
            throw new AssertionError("no answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** Sends these very bytes, which no proper client would, and reads until the server closes. */
    Answer sendRaw(String text) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
            return Answer.parse(
                    new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    /**
     * How many records a topic has had in all; exact, because the gateway answers after the broker.
     */
    long published(Topic<?> topic) {
        try (var consumer =
                new KafkaConsumer<>(
                        Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers()),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer())) {
            List<TopicPartition> partitions =
                    Objects.requireNonNull(consumer.partitionsFor(topic.name())).stream()
                            .map(info -> new TopicPartition(info.topic(), info.partition()))
                            .toList();
            return consumer.endOffsets(partitions).values().stream()
                    .mapToLong(Long::longValue)
                    .sum();
        }
    }

    /** Stops it as a signal would, while {@link #send} goes on. */
    void stopServing() {
        context.close();
    }

    void stopGateway() {
        http.close();
        context.close();
    }

    @Override
    public void close() {
        stopGateway();
        kafka.close();
        database.close();
    }
}
