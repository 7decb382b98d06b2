package io.stepfree.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.gateway.ApiDescription.Operation;
import java.net.http.HttpRequest;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What is in a query string and nobody reads is refused, on every route in the same way. */
@ExtendWith(GatewayExtension.class)
final class KnownParametersTest {

    private static final String NO_PARAMETERS = "is not known; there are no parameters here";
    private static final String KNOWN = "is not known; known are ";

    private final RunningGateway gateway;

    KnownParametersTest(RunningGateway gateway) {
        this.gateway = gateway;
    }

    @Test
    void everyRouteRefusesAParameterThatItDoesNotHaveAndNamesThoseThatAreDocumented() {
        ApiDescription api = ApiDescription.of(gateway);
        List<Operation> strict =
                api.operations().stream()
                        .filter(operation -> !mayBeAskedAnything(operation))
                        .toList();
        assertThat(strict).hasSizeGreaterThan(60);

        for (Operation operation : strict) {
            JsonNode problem = ask(operation).problem(400, "invalid-fields");

            JsonNode error = problem.at("/errors/0");
            assertThat(error.path("parameter").asString()).as("%s", operation).isEqualTo("limitt");
            assertThat(known(error.path("detail").asString()))
                    .as("%s", operation)
                    .containsExactlyInAnyOrderElementsOf(
                            api.parameters(operation, "query").stream()
                                    .map(parameter -> parameter.path("name").asString())
                                    .toList());
        }
    }

    @Test
    void probesAndWhatNeedsNoKeyMayBeAskedWithAnything() {
        List<Operation> open =
                ApiDescription.of(gateway).operations().stream()
                        .filter(KnownParametersTest::mayBeAskedAnything)
                        .toList();
        assertThat(open)
                .extracting(Operation::path)
                .contains("/livez", "/readyz", "/api/health/system", "/openapi.json", "/problems");

        for (Operation operation : open) {
            assertThat(ask(operation).status()).as("%s", operation).isNotEqualTo(400);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"?limit=1&limit=2", "?limit=1&%6cimit=2"})
    void aParameterThatIsThereTwiceIsRefused(String query) {
        JsonNode problem = gateway.get("/admin/alerts" + query).problem(400, "invalid-fields");

        assertThat(problem.at("/errors/0/detail").asString()).isEqualTo("is there more than once");
    }

    private Answer ask(Operation operation) {
        String path =
                operation
                        .path()
                        .replace("{format}", "json")
                        .replaceAll("\\{[^}]+}", UUID.randomUUID().toString());
        boolean reads = List.of("GET", "DELETE").contains(operation.method());
        return gateway.send(
                gateway.request(path + "?limitt=5")
                        .header("Content-Type", "application/json")
                        .method(
                                operation.method(),
                                reads
                                        ? HttpRequest.BodyPublishers.noBody()
                                        : HttpRequest.BodyPublishers.ofString("{}")));
    }

    private static boolean mayBeAskedAnything(Operation operation) {
        return operation.node().path("security").isEmpty()
                || operation.path().startsWith("/health/")
                || operation.path().startsWith("/api/health/");
    }

    private static List<String> known(String detail) {
        assertThat(detail).matches(text -> text.equals(NO_PARAMETERS) || text.startsWith(KNOWN));
        return detail.equals(NO_PARAMETERS)
                ? List.of()
                : Arrays.asList(detail.substring(KNOWN.length()).split(", "));
    }
}
