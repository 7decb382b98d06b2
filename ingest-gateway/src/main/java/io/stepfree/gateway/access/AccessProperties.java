package io.stepfree.gateway.access;

import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.bind.Name;

/**
 * Who may use the gateway.
 *
 * @param environment what the keys made here say they are for, 1 to 16 small letters and digits
 * @param firstKey a key that is not in the database and may do everything, for the one who sets the
 *     platform up; './stepfree keys generate' makes one; without it, and as long as no key was
 *     made, only this machine itself is let in
 * @param jwt whose tokens are taken beside keys; none as long as it has no issuer
 */
@ConfigurationProperties("stepfree.gateway.access")
public record AccessProperties(
        @DefaultValue("live") String environment,
        @Nullable String firstKey,
        @DefaultValue @Name("jwt") Tokens jwt) {

    private static final String PREFIX = "stepfree.gateway.access.";

    /**
     * Access tokens of an OAuth 2 authorization server (RFC 9068).
     *
     * @param issuer the claim iss that a token must have
     * @param jwkSetUri where the server shows its public keys
     * @param audience the claim aud that a token must have, for this gateway
     * @param clientClaim the claim that names the client whose scans the bearer may see and order
     * @param algorithms with which tokens may be signed
     * @param plan how much bearers of tokens may do
     */
    public record Tokens(
            @Nullable String issuer,
            @Nullable URI jwkSetUri,
            @DefaultValue("stepfree") String audience,
            @DefaultValue("client_id") String clientClaim,
            @DefaultValue({"RS256", "ES256"}) List<String> algorithms,
            @DefaultValue(Caller.STANDARD_PLAN) String plan) {

        private static final List<String> SAFE =
                List.of(
                        "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384",
                        "ES512");

        public Tokens {
            algorithms = List.copyOf(algorithms);
            if ((issuer == null) != (jwkSetUri == null)) {
                throw new IllegalArgumentException(
                        "%sjwt.%s is not set; tokens need both issuer and jwk-set-uri, or neither for keys alone"
                                .formatted(PREFIX, issuer == null ? "issuer" : "jwk-set-uri"));
            }
            if (jwkSetUri != null
                    && !List.of("http", "https").contains(String.valueOf(jwkSetUri.getScheme()))) {
                throw new IllegalArgumentException(
                        "%sjwt.jwk-set-uri %s is no http or https address"
                                .formatted(PREFIX, jwkSetUri));
            }
            if (algorithms.isEmpty() || !SAFE.containsAll(algorithms)) {
                throw new IllegalArgumentException(
                        "%sjwt.algorithms %s is not a choice of %s"
                                .formatted(PREFIX, algorithms, String.join(", ", SAFE)));
            }
            for (var named : List.of(audience, clientClaim, plan)) {
                if (named.isBlank()) {
                    throw new IllegalArgumentException(
                            "%sjwt has a blank audience, client-claim or plan".formatted(PREFIX));
                }
            }
        }
    }

    public AccessProperties {
        if (!ApiKey.isEnvironment(environment)) {
            throw new IllegalArgumentException(
                    "%senvironment '%s' is not 1 to 16 small letters and digits"
                            .formatted(PREFIX, environment));
        }
        if (firstKey != null && !firstKey.isBlank() && ApiKey.read(firstKey).isEmpty()) {
            throw new IllegalArgumentException(
                    "%sfirst-key is no key, or was mistyped; './stepfree keys generate' makes one"
                            .formatted(PREFIX));
        }
    }

    /* A variable that is there and empty, as Compose passes it, sets nothing. */
    @Nullable ApiKey first() {
        return firstKey == null || firstKey.isBlank() ? null : ApiKey.read(firstKey).orElseThrow();
    }

    /** Whether somebody is let in who has no key in the database. */
    public boolean hasOther() {
        return first() != null || jwt.issuer() != null;
    }

    @Override
    public String toString() {
        return "AccessProperties[environment=%s, firstKey=%s, jwt=%s]"
                .formatted(environment, first(), jwt);
    }
}
