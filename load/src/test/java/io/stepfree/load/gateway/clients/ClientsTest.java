package io.stepfree.load.gateway.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class ClientsTest {

    static Clients.Pace[] paces() {
        return new Clients.Pace[] {
            new Clients.AtOnce(Duration.ofSeconds(8)),
            new Clients.Together(30, Duration.ofMillis(200))
        };
    }

    @ParameterizedTest
    @MethodSource("paces")
    void theProcessThatAsksIsToldAllOfIt(Clients.Pace pace) {
        var clients =
                new Clients(
                        URI.create("http://127.0.0.1:1/api/scans"),
                        "{\"url\": \"https://example.com/%d\"}",
                        202,
                        50,
                        pace,
                        Path.of("answers"));
        var properties = new Properties();
        for (String option : clients.options()) {
            int equals = option.indexOf('=');
            properties.setProperty(
                    option.substring("-D".length(), equals), option.substring(equals + 1));
        }

        assertThat(Clients.of(properties)).isEqualTo(clients);
    }
}
