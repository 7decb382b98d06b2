package io.stepfree.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** docs/openapi.json is what the gateway serves. */
@ExtendWith(GatewayExtension.class)
final class OpenApiPageTest {

    private static final String WRITE = "stepfree.docs.write";
    private static final String COMMAND =
            "mvn package -pl docs -am -Dtest='*PageTest' -Dsurefire.failIfNoSpecifiedTests=false -D%s=true"
                    .formatted(WRITE);

    private final RunningGateway gateway;

    OpenApiPageTest(RunningGateway gateway) {
        this.gateway = gateway;
    }

    @Test
    void theDocumentInTheDocsIsTheOneThatIsServed() throws IOException {
        Path file =
                Path.of(Objects.requireNonNull(System.getProperty("stepfree.root")))
                        .resolve("docs/openapi.json");
        Answer served = gateway.get("/openapi.json");
        assertThat(served.status()).as(served.body()).isEqualTo(200);
        if (Boolean.getBoolean(WRITE)) {
            Files.writeString(file, served.body() + "\n");
        } else {
            assertThat(Files.exists(file) ? Files.readString(file) : "")
                    .as("%s does not say what the gateway serves: run %s", file, COMMAND)
                    .isEqualTo(served.body() + "\n");
        }
    }
}
