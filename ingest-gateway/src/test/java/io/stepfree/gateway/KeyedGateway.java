package io.stepfree.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.gateway.access.ApiKey;
import io.stepfree.platform.fixture.TestKafka;
import io.stepfree.platform.fixture.TestRegistry;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** A gateway that nobody gets into without a key, and the first of them. */
final class KeyedGateway implements AutoCloseable {

    /** Of the client acme, as is the batch. */
    static final String SCAN = "01890a5d-ac96-774b-bcce-b302099a9001";

    static final String BATCH = "nightly";

    private final ApiKey first = ApiKey.create("test");
    private final RunningGateway gateway;

    /**
     * Hands every test class of a fork the same one, started with the first and closed after the
     * last.
     */
    static final class Extension implements ParameterResolver {

        private static final ExtensionContext.Namespace NAMESPACE =
                ExtensionContext.Namespace.create(KeyedGateway.class);

        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == KeyedGateway.class;
        }

        @Override
        public KeyedGateway resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return context.getStore(ExtensionContext.StoreScope.LAUNCHER_SESSION, NAMESPACE)
                    .computeIfAbsent(
                            KeyedGateway.class, _ -> new KeyedGateway(), KeyedGateway.class);
        }
    }

    private KeyedGateway() {
        var database = RunningGateway.database();
        gateway =
                RunningGateway.start(
                        TestKafka.start(),
                        TestRegistry.shared(),
                        database,
                        "--stepfree.gateway.access.environment=test",
                        "--stepfree.secrets.keys.test=" + RunningGateway.SECRETS_KEY,
                        "--stepfree.gateway.access.first-key=" + first.secret());
        gateway.jdbi()
                .useHandle(handle -> {
                    handle.execute(
                            """
                            INSERT INTO reports.scan_status_view (scan_id, request_id, client, url, host, standard,
                                priority, status, attempt, submitted_at, updated_at, batch_id)
                            VALUES (?, 'r', 'acme', 'https://acme.example/', 'acme.example', 'wcag22aa', 'HIGH',
                                'accepted', 0, now(), now(), 'acme/nightly')
                            """,
                            SCAN);
                    handle.execute(
                            "INSERT INTO reports.batch_view VALUES ('acme/nightly', 'acme', 1, 1, 0, 0, 0, 0, 0, now())");
                });
    }

    RunningGateway running() {
        return gateway;
    }

    String firstKey() {
        return first.secret();
    }

    /** A new key, made with the first. */
    String key(String body) {
        Answer made = as(firstKey(), "POST", "/admin/keys", body);
        assertThat(made.status()).as(made.body()).isEqualTo(201);
        return made.json().path("key").asString();
    }

    Answer as(String key, String method, String path, @Nullable String body) {
        return gateway.send(
                gateway.request(path)
                        .header("Authorization", "Bearer " + key)
                        .header("Content-Type", "application/json")
                        .method(
                                method,
                                body == null
                                        ? HttpRequest.BodyPublishers.noBody()
                                        : HttpRequest.BodyPublishers.ofString(body)));
    }

    /** The lines of an answer that goes on, up to the first that begins so. */
    List<String> firstLines(String key, String path, String last)
            throws IOException, InterruptedException {
        var request =
                gateway.request(path)
                        .header("Authorization", "Bearer " + key)
                        .header("Accept", "text/event-stream")
                        .GET()
                        .build();
        try (var http = HttpClient.newHttpClient();
                var body =
                        new BufferedReader(
                                new InputStreamReader(
                                        http.send(
                                                        request,
                                                        HttpResponse.BodyHandlers.ofInputStream())
                                                .body(),
                                        StandardCharsets.UTF_8))) {
            var lines = new ArrayList<String>();
            String line;
            do {
                line = body.readLine();
                lines.add(line);
            } while (line != null && !line.startsWith(last));
            return lines;
        }
    }

    @Override
    public void close() {
        gateway.close();
    }
}
