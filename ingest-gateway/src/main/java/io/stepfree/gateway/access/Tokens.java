package io.stepfree.gateway.access;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.ConfigurableJWTProcessor;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import io.stepfree.platform.problem.ProblemException;
import io.stepfree.platform.problem.ProblemType;
import java.net.MalformedURLException;
import java.net.URI;
import java.text.ParseException;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells who bears an access token of an authorization server (RFC 9068): signed by one of its keys,
 * for this gateway, and not expired. Its keys are kept for a while, also when the server is away.
 * Thread-safe.
 */
final class Tokens {

    private static final Logger log = LoggerFactory.getLogger(Tokens.class);

    /** What a scope of ours is called among those of others. */
    private static final String SCOPE_PREFIX = "stepfree:";

    private static final int TIMEOUT_MILLIS = 2_000;
    private static final int LARGEST_KEY_SET = 100_000;
    private static final Duration OUTAGE = Duration.ofHours(4);

    private final AccessProperties.Tokens settings;
    private final ConfigurableJWTProcessor<SecurityContext> processor;

    /**
     * @param settings with an issuer
     */
    Tokens(AccessProperties.Tokens settings) {
        this.settings = settings;
        var keys =
                JWKSourceBuilder.create(
                                address(Objects.requireNonNull(settings.jwkSetUri())),
                                new DefaultResourceRetriever(
                                        TIMEOUT_MILLIS, TIMEOUT_MILLIS, LARGEST_KEY_SET))
                        .retrying(true)
                        .outageTolerant(OUTAGE.toMillis())
                        .build();
        Set<JWSAlgorithm> algorithms =
                settings.algorithms().stream().map(JWSAlgorithm::parse).collect(Collectors.toSet());
        processor = new DefaultJWTProcessor<>();
        processor.setJWSKeySelector(new JWSVerificationKeySelector<>(algorithms, keys));
        processor.setJWSTypeVerifier(
                new DefaultJOSEObjectTypeVerifier<>(
                        new JOSEObjectType("at+jwt"), JOSEObjectType.JWT, null));
        processor.setJWTClaimsSetVerifier(
                new DefaultJWTClaimsVerifier<>(
                        settings.audience(),
                        new JWTClaimsSet.Builder().issuer(settings.issuer()).build(),
                        Set.of("exp", "sub", settings.clientClaim())));
    }

    private static java.net.URL address(URI uri) {
        try {
            return uri.toURL();
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /**
     * The bearer; empty when the token is not good.
     *
     * @throws ProblemException when the server's keys are needed and cannot be had
     */
    Optional<Caller> caller(String token) {
        try {
            JWTClaimsSet claims = processor.process(token, null);
            return Optional.of(claims.getStringClaim(settings.clientClaim()))
                    .filter(Clients::isName)
                    // That is whoever sits at the machine.
                    .filter(client -> !client.equals(Caller.LOCAL_CLIENT))
                    .map(client ->
                            new Caller(
                                    "token of " + shortened(claims.getSubject()),
                                    client,
                                    scopes(claims),
                                    settings.plan()));
        } catch (KeySourceException e) {
            log.warn("The keys of {} cannot be had: {}", settings.issuer(), e.getMessage());
            throw new ProblemException(
                    ProblemType.UNAVAILABLE,
                    "The authorization server does not show its keys, so the token cannot be checked. Nothing was accepted; try again later.");
        } catch (ParseException | BadJOSEException | JOSEException e) {
            log.debug("a token is refused: {}", e.getMessage());
            return Optional.empty();
        }
    }

    private static String shortened(String subject) {
        return subject.length() > 80 ? subject.substring(0, 80) : subject;
    }

    /* As RFC 9068 has them in one text, and as others have them in a list. */
    private static Set<Scope> scopes(JWTClaimsSet claims) {
        var words = new LinkedHashSet<String>();
        for (String claim : List.of("scope", "scp")) {
            switch (claims.getClaim(claim)) {
                case String text -> words.addAll(Arrays.asList(text.split(" ", -1)));
                case List<?> list -> list.forEach(word -> words.add(String.valueOf(word)));
                case null, default -> {
                    // Not there.
                }
            }
        }
        var scopes = EnumSet.noneOf(Scope.class);
        Scope.BY_WORD.forEach((word, scope) -> {
            if (words.contains(SCOPE_PREFIX + word)) {
                scopes.add(scope);
            }
        });
        return scopes;
    }
}
