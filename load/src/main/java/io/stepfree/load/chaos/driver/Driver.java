package io.stepfree.load.chaos.driver;

import io.stepfree.load.chaos.driver.DriverEntry.Kind;
import io.stepfree.load.chaos.site.PageKind;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The clients of a chaos run, in a process of their own. Open loop: a scan is submitted when its
 * time has come, whatever became of those before. One that is refused for now or not answered is
 * made again, and each time is written down: with the same Idempotency-Key and the same body; every
 * fourth without a key, as another page. Every other twenty are a batch. Some scans and some
 * batches are cancelled, some dead scans replayed.
 */
public final class Driver {

    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(12);
    private static final Duration RETRY_PAUSE = Duration.ofSeconds(1);
    private static final Duration REPLAY_PAUSE = Duration.ofSeconds(4);
    private static final Duration GIVE_UP_AFTER = Duration.ofMinutes(3);
    private static final int CANCELLED_PERCENT = 5;
    private static final int CANCEL_TRIES = 5;
    private static final int BATCH_SIZE = 20;

    /** Of so many batches one is cancelled as soon as it is whole. */
    private static final int CANCELLED_BATCHES = 5;

    private static final int DEAD_LETTERS_LOOKED_AT = 20;
    private static final int NO_ANSWER = 0;
    private static final int ACCEPTED = 202;
    private static final int OK = 200;
    private static final int NOT_FOUND = 404;
    private static final int REQUEST_TIMEOUT = 408;
    private static final int TOO_MANY = 429;
    private static final int SERVER_ERROR = 500;

    private final URI gateway;
    private final DriverLog log;
    private final HttpClient http =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(Duration.ofSeconds(3))
                    .build();
    private final JsonMapper json = JsonMapper.shared();

    /** One scan to be. */
    private record Plan(
            String key,
            long atMillis,
            String url,
            PageKind page,
            @Nullable String batch,
            boolean cancelsBatch,
            long cancelAfter) {

        /** Whether the key is sent, so that one scan may come of it. */
        boolean once() {
            return DriverEntry.isOnce(key);
        }
    }

    private record Answer(int status, String body) {}

    private Driver(URI gateway, DriverLog log) {
        this.gateway = gateway;
        this.log = log;
    }

    /**
     * @param arguments the gateway's address, the log, the seed, how many scans, over how many
     *     milliseconds, how many scans to replay at most, every how manieth has no Idempotency-Key,
     *     and the targets separated by commas
     */
    public static void main(String[] arguments) throws Exception {
        try (var log = new DriverLog(Path.of(arguments[1]))) {
            new Driver(URI.create(arguments[0]), log)
                    .run(
                            plans(
                                    Long.parseLong(arguments[2]),
                                    Integer.parseInt(arguments[3]),
                                    Long.parseLong(arguments[4]),
                                    Integer.parseInt(arguments[6]),
                                    List.of(arguments[7].split(","))),
                            Integer.parseInt(arguments[5]));
        }
    }

    private static List<Plan> plans(
            long seed, int scans, long millis, int withoutKey, List<String> targets) {
        var random = new SplittableRandom(seed);
        var plans = new ArrayList<Plan>();
        for (int i = 0; i < scans; i++) {
            PageKind page = PageKind.drawn(random);
            String key = DriverEntry.key(i, i % withoutKey != withoutKey - 1);
            int group = i / BATCH_SIZE;
            boolean inBatch = group % 2 == 0;
            plans.add(
                    new Plan(
                            key,
                            (long) ((i + random.nextDouble()) * millis / scans),
                            "http://%s/%s/%s"
                                    .formatted(
                                            targets.get(random.nextInt(targets.size())),
                                            page.text(),
                                            key),
                            page,
                            inBatch ? "batch-%d".formatted(group) : null,
                            inBatch
                                    && group / 2 % CANCELLED_BATCHES == 1
                                    && i % BATCH_SIZE == BATCH_SIZE - 1,
                            random.nextInt(100) < CANCELLED_PERCENT ? random.nextLong(4_000) : -1));
        }
        return plans;
    }

    private void run(List<Plan> plans, int replays) throws InterruptedException, IOException {
        long start = System.nanoTime();
        var replayer = Thread.ofVirtual().unstarted(() -> quietly(() -> replay(replays)));
        replayer.start();
        try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Plan plan : plans) {
                long wait = plan.atMillis() - (System.nanoTime() - start) / 1_000_000;
                if (wait > 0) {
                    Thread.sleep(wait);
                }
                clients.execute(() -> quietly(() -> request(plan)));
            }
            clients.shutdown();
            clients.awaitTermination(10, TimeUnit.MINUTES);
        }
        replayer.interrupt();
        replayer.join();
        log.write(entry(Kind.DONE, null, 0, null, null, NO_ANSWER, null));
    }

    private interface Work {
        void run() throws IOException, InterruptedException;
    }

    /** A driver that cannot write its log must not go on as if it had. */
    private static void quietly(Work work) {
        try {
            work.run();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (IOException | RuntimeException e) {
            e.printStackTrace();
            Runtime.getRuntime().halt(1);
        }
    }

    private void request(Plan plan) throws IOException, InterruptedException {
        long end = System.nanoTime() + GIVE_UP_AFTER.toNanos();
        for (int attempt = 1; System.nanoTime() < end; attempt++) {
            String id = submit(plan, attempt);
            if (id != null) {
                if (plan.cancelAfter() >= 0) {
                    Thread.sleep(plan.cancelAfter());
                    cancel(plan.key(), "/api/scans/" + id, id);
                }
                if (plan.cancelsBatch()) {
                    cancel(plan.key() + "-batch", "/api/batches/" + plan.batch(), null);
                }
                return;
            }
            Thread.sleep(RETRY_PAUSE);
        }
        log.write(entry(Kind.GAVE_UP, plan.key(), 0, null, null, NO_ANSWER, null));
    }

    /** The accepted scan's id, or null where it is to be tried again. */
    private @Nullable String submit(Plan plan, int attempt)
            throws IOException, InterruptedException {
        String requestId = "chaos-%s-%d".formatted(plan.key(), attempt);
        String url = "%s-%d".formatted(plan.url(), plan.once() ? 1 : attempt);
        log.write(entry(Kind.SUBMIT, plan.key(), attempt, requestId, url, NO_ANSWER, null));
        var body = json.createObjectNode().put("url", url);
        body.putObject("options").put("timeoutMillis", plan.page().timeoutMillis());
        if (plan.batch() != null) {
            body.put("batch", plan.batch());
        }
        Answer answer =
                ask(
                        "POST",
                        "/api/scans",
                        requestId,
                        body.toString(),
                        plan.once() ? plan.key() : null);
        String id = answer.status() == ACCEPTED ? field(answer, "id") : null;
        log.write(
                entry(
                        Kind.SUBMIT_ANSWERED,
                        plan.key(),
                        attempt,
                        requestId,
                        url,
                        answer.status(),
                        id));
        if (id == null && !mayPass(answer.status())) {
            throw new IOException(
                    "%s was refused with %d: %s".formatted(url, answer.status(), answer.body()));
        }
        return id;
    }

    private void cancel(String key, String path, @Nullable String id)
            throws IOException, InterruptedException {
        for (int attempt = 1; attempt <= CANCEL_TRIES; attempt++) {
            String requestId = "chaos-%s-cancel-%d".formatted(key, attempt);
            log.write(entry(Kind.CANCEL, key, attempt, requestId, path, NO_ANSWER, id));
            Answer answer = ask("DELETE", path, requestId, null);
            log.write(
                    entry(
                            Kind.CANCEL_ANSWERED,
                            key,
                            attempt,
                            requestId,
                            null,
                            answer.status(),
                            id));
            // What was accepted just now may not be shown yet.
            if (!mayPass(answer.status()) && answer.status() != NOT_FOUND) {
                return;
            }
            Thread.sleep(RETRY_PAUSE);
        }
    }

    /** Now and then one that died is sent back, each once. */
    private void replay(int most) throws IOException, InterruptedException {
        Set<String> ordered = new HashSet<>();
        while (ordered.size() < most) {
            Thread.sleep(REPLAY_PAUSE);
            Answer list =
                    ask(
                            "GET",
                            "/admin/dlq/jobs?limit=" + DEAD_LETTERS_LOOKED_AT,
                            "chaos-list",
                            null);
            if (list.status() != OK) {
                continue;
            }
            for (JsonNode item : json.readTree(list.body()).path("items")) {
                String id = item.path("scanId").asString();
                if (item.path("replays").asInt() == 0 && ordered.add(id)) {
                    String requestId = "chaos-replay-" + ordered.size();
                    log.write(entry(Kind.REPLAY, null, 1, requestId, null, NO_ANSWER, id));
                    Answer answer = ask("POST", "/admin/dlq/retry/" + id, requestId, "");
                    log.write(
                            entry(
                                    Kind.REPLAY_ANSWERED,
                                    null,
                                    1,
                                    requestId,
                                    null,
                                    answer.status(),
                                    id));
                    break;
                }
            }
        }
    }

    private static boolean mayPass(int status) {
        return status == NO_ANSWER
                || status >= SERVER_ERROR
                || status == REQUEST_TIMEOUT
                || status == TOO_MANY;
    }

    private Answer ask(String method, String path, String requestId, @Nullable String body)
            throws InterruptedException {
        return ask(method, path, requestId, body, null);
    }

    private Answer ask(
            String method,
            String path,
            String requestId,
            @Nullable String body,
            @Nullable String idempotencyKey)
            throws InterruptedException {
        var request =
                HttpRequest.newBuilder(gateway.resolve(path))
                        .timeout(ANSWER_LIMIT)
                        .header("X-Request-ID", requestId);
        if (idempotencyKey != null) {
            request.header("Idempotency-Key", idempotencyKey);
        }
        if (body == null) {
            request.method(method, HttpRequest.BodyPublishers.noBody());
        } else {
            request.method(method, HttpRequest.BodyPublishers.ofString(body));
            if (!body.isEmpty()) {
                request.header("Content-Type", "application/json");
                // Each is to be a scan of its own, whatever was scanned before.
                request.header("Cache-Control", "no-cache");
            }
        }
        try {
            HttpResponse<String> answer =
                    http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return new Answer(answer.statusCode(), answer.body());
        } catch (IOException _) {
            return new Answer(NO_ANSWER, "");
        }
    }

    private String field(Answer answer, String name) {
        return json.readTree(answer.body()).path(name).asString();
    }

    private static DriverEntry entry(
            Kind kind,
            @Nullable String key,
            int attempt,
            @Nullable String requestId,
            @Nullable String url,
            int status,
            @Nullable String scanId) {
        return new DriverEntry(
                System.currentTimeMillis(), kind, key, attempt, requestId, url, status, scanId);
    }
}
