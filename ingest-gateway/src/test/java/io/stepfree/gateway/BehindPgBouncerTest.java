package io.stepfree.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.stepfree.gateway.access.ApiKey;
import io.stepfree.platform.fixture.TestKafka;
import io.stepfree.platform.fixture.TestPooler;
import io.stepfree.platform.fixture.TestRegistry;
import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/**
 * Whose rows are shown is said anew in each transaction, so that no session can carry it to another
 * client.
 */
final class BehindPgBouncerTest {

    /** As many as a client may ask for in a second. */
    private static final int ROUNDS = 18;

    private static final String SCAN =
            """
            INSERT INTO reports.scan_status_view (scan_id, request_id, client, url, host, standard,
                priority, status, attempt, submitted_at, updated_at)
            VALUES (?, 'r', ?, 'https://acme.example/', 'acme.example', 'wcag22aa', 'HIGH', 'accepted', 0, now(),
                now())
            """;

    private final ApiKey admin = ApiKey.create("test");

    @Test
    void clientsThatShareTwoConnectionsOfTheDatabaseSeeOnlyWhatIsTheirs() throws Exception {
        assumeTrue(TestPooler.isThere(), "there is no pgbouncer on this machine");
        // It ends with the gateway.
        var database = RunningGateway.database();
        try (var pooler = TestPooler.start(database, "transaction")) {
            try (var gateway =
                    RunningGateway.start(
                            TestKafka.start(),
                            TestRegistry.shared(),
                            database,
                            "--stepfree.database.url=" + pooler.url(),
                            "--stepfree.database.migration-url=" + database.url(),
                            "--stepfree.gateway.access.environment=test",
                            "--stepfree.gateway.access.first-key=" + admin.secret())) {
                ask(gateway);
            }
        }
    }

    private void ask(RunningGateway gateway) throws Exception {
        var seers = new ArrayList<Callable<Boolean>>();
        for (String client : List.of("acme", "globex", "initech")) {
            String scan = "01890a5d-ac96-774b-bcce-b3020000%04d".formatted(client.length());
            gateway.jdbi().useHandle(handle -> handle.execute(SCAN, scan, client));
            String key = key(gateway, client);
            seers.add(() -> seesItsOwn(gateway, key, scan));
        }
        try (var threads = Executors.newFixedThreadPool(12)) {
            // By turns, so that connections go from one client to the next.
            var calls = Collections.nCopies(ROUNDS, seers).stream().flatMap(List::stream).toList();
            for (var seen : threads.invokeAll(calls)) {
                assertThat(seen.get()).isTrue();
            }
        }
    }

    private String key(RunningGateway gateway, String client) {
        Answer made =
                send(
                        gateway,
                        admin.secret(),
                        "/admin/keys",
                        "{\"client\": \"%s\", \"name\": \"k\", \"scopes\": [\"read\", \"submit\"]}"
                                .formatted(client));
        assertThat(made.status()).as(made.body()).isEqualTo(201);
        return made.json().path("key").asString();
    }

    private static boolean seesItsOwn(RunningGateway gateway, String key, String scan) {
        Answer list =
                gateway.send(
                        gateway.request("/api/scans")
                                .header("Authorization", "Bearer " + key)
                                .GET());
        assertThat(list.status()).as(list.body()).isEqualTo(200);
        assertThat(list.json().path("items"))
                .extracting(item -> item.path("id").asString())
                .containsExactly(scan);
        return true;
    }

    private static Answer send(RunningGateway gateway, String key, String path, String body) {
        return gateway.send(
                gateway.request(path)
                        .header("Authorization", "Bearer " + key)
                        .header("Content-Type", RunningGateway.JSON)
                        .POST(HttpRequest.BodyPublishers.ofString(body)));
    }
}
