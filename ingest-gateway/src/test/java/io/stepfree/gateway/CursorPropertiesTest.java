package io.stepfree.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/** What makes a key is in {@code CursorKeyTest}. */
final class CursorPropertiesTest {

    @Test
    void defaults() {
        assertThat(bind(Map.of())).isEqualTo(new CursorProperties(""));
        assertThat(bind(Map.of())).hasToString("CursorProperties[cursorKey=none]");
    }

    @Test
    void explicitMappings() {
        CursorProperties bound =
                bind(Map.of("stepfree.gateway.cursor-key", RunningGateway.SECRETS_KEY));

        assertThat(bound).isEqualTo(new CursorProperties(RunningGateway.SECRETS_KEY));
        assertThat(bound).hasToString("CursorProperties[cursorKey=set]");
    }

    private static CursorProperties bind(Map<String, String> values) {
        return new Binder(new MapConfigurationPropertySource(values))
                .bindOrCreate("stepfree.gateway", CursorProperties.class);
    }
}
