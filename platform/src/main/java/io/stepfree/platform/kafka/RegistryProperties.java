package io.stepfree.platform.kafka;

import io.stepfree.platform.boot.CannotStartException;
import io.stepfree.schemas.registry.RegistryEndpoint;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How a service reaches the schema registry.
 *
 * @param url the Confluent-compatible address; with Apicurio it ends in /apis/ccompat/v7
 * @param user the user for basic authentication; none when not set
 * @param password the password that goes with it
 * @param timeout how long one call may take
 * @param retries how often a call is repeated when the registry is not well
 */
@Validated
@ConfigurationProperties("stepfree.registry")
public record RegistryProperties(
        @DefaultValue("http://127.0.0.1:8081/apis/ccompat/v7") URI url,
        @Nullable String user,
        @Nullable String password,
        @DefaultValue("5s") Duration timeout,
        @DefaultValue("3") int retries) {

    /**
     * Checked here and not while the settings are bound, since that failure would show the values.
     */
    RegistryEndpoint endpoint() {
        if ((user == null) != (password == null)) {
            throw new CannotStartException(
                    "stepfree.registry.user and stepfree.registry.password go together: set both or none");
        }
        Optional<RegistryEndpoint.Credentials> credentials =
                user == null || password == null
                        ? Optional.empty()
                        : Optional.of(new RegistryEndpoint.Credentials(user, password));
        return new RegistryEndpoint(url, credentials, timeout, retries);
    }

    @Override
    public String toString() {
        return "RegistryProperties[url=%s, user=%s]".formatted(url, user);
    }
}
