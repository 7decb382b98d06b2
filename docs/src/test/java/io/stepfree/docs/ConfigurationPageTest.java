package io.stepfree.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

final class ConfigurationPageTest {

    static List<Setting> settings() throws IOException {
        return Setting.all();
    }

    @Test
    void theConfigurationPageSaysWhatTheCodeSays() throws IOException {
        MadePage.named("configuration.md")
                .mustSay(new ConfigurationPage(settings(), Service.all()).render());
    }

    @ParameterizedTest
    @MethodSource("settings")
    void everySettingSaysWhatItIsForAndIsReadBySomebody(Setting setting) {
        assertThat(setting.description()).isNotBlank();
        assertThat(new ConfigurationPage(List.of(setting), Service.all()).readers(setting))
                .isNotEmpty();
    }

    @ParameterizedTest
    @MethodSource("settings")
    void theEnvironmentVariableReallySetsIt(Setting setting) {
        if (setting.map()) {
            Binder binder = withVariable(setting.variable() + "_SECURITY_PROTOCOL", "SSL");

            assertThat(
                            binder.bind(setting.name(), Bindable.mapOf(String.class, String.class))
                                    .get())
                    .isEqualTo(Map.of("security.protocol", "SSL"));
        } else {
            Binder binder = withVariable(setting.variable(), "something");

            assertThat(binder.bind(setting.name(), String.class).get()).isEqualTo("something");
        }
    }

    @ParameterizedTest
    @MethodSource("services")
    void aSettingsFileSetsNothingThatNobodyReads(Service service) throws IOException {
        List<String> known = settings().stream().map(Setting::name).toList();

        assertThat(service.file().keySet().stream().filter(key -> key.startsWith("stepfree.")))
                .isSubsetOf(known);
    }

    static List<Service> services() {
        return Service.all();
    }

    private static Binder withVariable(String name, String value) {
        var environment = new StandardEnvironment();
        environment
                .getPropertySources()
                .replace(
                        StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                        new SystemEnvironmentPropertySource(
                                StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                                Map.of(name, value)));
        return Binder.get(environment);
    }
}
