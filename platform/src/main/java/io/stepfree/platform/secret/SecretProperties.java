package io.stepfree.platform.secret;

import java.util.Map;
import java.util.TreeSet;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * With which keys the secrets of scans are sealed; the same in the gateway and in every worker. It
 * is checked by {@link SecretSealer#of} and not here, because Spring shows the values of what it
 * cannot bind.
 *
 * @param keys the keys by name, each the Base64 form of 32 random bytes, as from openssl rand
 *     -base64 32; an old one is kept here for as long as scans sealed with it may be replayed.
 *     Without any, scans with headers, cookies, credentials or typed texts are refused
 * @param current the name of the key that new secrets are sealed with; may be left out where there
 *     is only one
 */
@ConfigurationProperties("stepfree.secrets")
public record SecretProperties(
        @DefaultValue Map<String, String> keys, @DefaultValue("") String current) {

    public SecretProperties {
        keys = Map.copyOf(keys);
    }

    @Override
    public String toString() {
        return "SecretProperties[keys=%s, current=%s]"
                .formatted(new TreeSet<>(keys.keySet()), current);
    }
}
