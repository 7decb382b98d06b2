package io.stepfree.gateway.access;

import io.stepfree.platform.breaker.BreakerOpenException;
import io.stepfree.platform.problem.ProblemException;
import io.stepfree.platform.problem.ProblemType;
import jakarta.servlet.http.HttpServletRequest;
import java.security.MessageDigest;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells who makes a request: the bearer of a key or of a token (RFC 6750), or, as long as there is
 * neither, whoever sits at the machine itself. Thread-safe.
 */
public final class Callers {

    private static final Logger log = LoggerFactory.getLogger(Callers.class);

    private static final String SCHEME = "Bearer ";
    private static final int LONGEST = 8_192;

    private final Keys keys;
    private final @Nullable ApiKey firstKey;
    private final @Nullable Tokens tokens;

    Callers(Keys keys, @Nullable ApiKey firstKey, @Nullable Tokens tokens) {
        this.keys = keys;
        this.firstKey = firstKey;
        this.tokens = tokens;
    }

    /**
     * Who it is.
     *
     * @throws ProblemException when it is nobody known
     */
    Caller of(HttpServletRequest request) {
        List<String> given = Collections.list(request.getHeaders("Authorization"));
        if (given.isEmpty()) {
            return withoutKey(request);
        }
        String header = given.getFirst();
        if (given.size() > 1
                || !header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                || header.length() > LONGEST) {
            throw unknown(
                    "The header Authorization must come once, as Bearer and a key, in at most %,d characters."
                            .formatted(LONGEST));
        }
        String secret = header.substring(SCHEME.length()).strip();
        return ofSecret(secret);
    }

    private Caller ofSecret(String secret) {
        return secret.startsWith("sf_") ? ofKey(secret) : ofToken(secret);
    }

    /**
     * Tells from now on whether the one who makes this request would still be let in, for answers
     * that go on for long. While that cannot be found out, they are.
     */
    public BooleanSupplier standing(HttpServletRequest request) {
        String header = request.getHeader("Authorization");
        if (header == null) {
            return () -> known(() -> !needsKey());
        }
        String secret = header.substring(SCHEME.length()).strip();
        return () -> known(() -> isGood(secret));
    }

    private static boolean known(BooleanSupplier question) {
        try {
            return question.getAsBoolean();
        } catch (JdbiException | BreakerOpenException e) {
            log.debug("whether a key is still good is not known: {}", e.toString());
            return true;
        }
    }

    private boolean isGood(String secret) {
        try {
            var _ = ofSecret(secret);
            return true;
        } catch (ProblemException e) {
            return e.type() != ProblemType.UNAUTHENTICATED;
        }
    }

    private boolean needsKey() {
        return firstKey != null || tokens != null || keys.any();
    }

    private Caller withoutKey(HttpServletRequest request) {
        if (needsKey()) {
            throw unknown("The request brings no key; send one as Authorization: Bearer sf_….");
        }
        if (!Neighbour.sent(request)) {
            throw unknown(
                    "There is no key yet, so only programs on this machine are let in, by the name localhost; make a key there with ./stepfree keys create, or set stepfree.gateway.access.first-key.");
        }
        return Caller.operator(Caller.LOCAL_CLIENT);
    }

    private Caller ofKey(String secret) {
        ApiKey key =
                ApiKey.read(secret)
                        .orElseThrow(() ->
                                unknown(
                                        "The key has not the form of one; a part of it may be missing or mistyped."));
        if (firstKey != null && MessageDigest.isEqual(firstKey.hash(), key.hash())) {
            return Caller.operator("first key (%s…)".formatted(key.prefix()));
        }
        return keys.live(key)
                .map(KeyRow::caller)
                .orElseThrow(() ->
                        unknown(
                                "The key %s… is not known here, or was revoked, or has expired."
                                        .formatted(key.prefix())));
    }

    private Caller ofToken(String token) {
        return Optional.ofNullable(tokens)
                .flatMap(known -> known.caller(token))
                .orElseThrow(() ->
                        unknown(
                                tokens == null
                                        ? "What the request brings is no key of Stepfree, which begins with sf_."
                                        : "The token is not valid here: its issuer, audience, signature or time is wrong, or it names no client."));
    }

    private static ProblemException unknown(String detail) {
        return new ProblemException(ProblemType.UNAUTHENTICATED, detail);
    }
}
