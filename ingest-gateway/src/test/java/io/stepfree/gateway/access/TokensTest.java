package io.stepfree.gateway.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import io.stepfree.platform.problem.ProblemException;
import io.stepfree.platform.problem.ProblemType;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tokens of a server that shows its keys over HTTP, as RFC 9068 has them. */
final class TokensTest {

    private static final String ISSUER = "https://id.example/";

    private final RSAKey key = key("one");
    private HttpServer server;
    private Tokens tokens;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        byte[] set = new JWKSet(key.toPublicJWK()).toString().getBytes(StandardCharsets.UTF_8);
        server.createContext(
                "/keys",
                exchange -> {
                    exchange.sendResponseHeaders(200, set.length);
                    exchange.getResponseBody().write(set);
                    exchange.close();
                });
        server.start();
        tokens =
                new Tokens(
                        new AccessProperties.Tokens(
                                ISSUER,
                                URI.create(
                                        "http://127.0.0.1:%d/keys"
                                                .formatted(server.getAddress().getPort())),
                                "stepfree",
                                "client_id",
                                List.of("RS256"),
                                "gold"));
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void aTokenSaysWhoItsBearerIsAndWhatItMay() throws JOSEException {
        assertThat(tokens.caller(signed(claims().build())))
                .contains(
                        new Caller(
                                "token of ann", "acme", Set.of(Scope.SUBMIT, Scope.READ), "gold"));
    }

    @Test
    void scopesMayComeAsAList() throws JOSEException {
        JWTClaimsSet claims =
                claims().claim("scope", null).claim("scp", List.of("stepfree:admin")).build();

        assertThat(tokens.caller(signed(claims)))
                .hasValueSatisfying(
                        caller -> assertThat(caller.scopes()).containsExactly(Scope.ADMIN));
    }

    @Test
    void scopesOfOthersOpenNothing() throws JOSEException {
        JWTClaimsSet claims = claims().claim("scope", "admin read stepfree:root").build();

        assertThat(tokens.caller(signed(claims)))
                .hasValueSatisfying(caller -> assertThat(caller.scopes()).isEmpty());
    }

    @Test
    void whatIsWrongWithATokenKeepsItOut() throws JOSEException {
        Instant past = Instant.now().minus(Duration.ofMinutes(10));
        refuses("expired", signed(claims().expirationTime(Date.from(past)).build()));
        refuses("without an end", signed(claims().expirationTime(null).build()));
        refuses("of another issuer", signed(claims().issuer("https://evil.example/").build()));
        refuses("for somebody else", signed(claims().audience("mail").build()));
        refuses("without a client", signed(claims().claim("client_id", null).build()));
        refuses(
                "of whoever sits at the machine",
                signed(claims().claim("client_id", "local").build()));
        refuses("of no client", signed(claims().claim("client_id", "Acme/../x").build()));
        refuses("of another key", signed(claims().build(), key("one")));
        refuses("unsigned", new PlainJWT(claims().build()).serialize());
        refuses("no token", "abc");
        var confused = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims().build());
        confused.sign(new MACSigner(key.toRSAPublicKey().getEncoded()));
        refuses("signed with the public key as if it were a secret", confused.serialize());
    }

    @Test
    void whileTheServerShowsNoKeysItIsNobodysFault() throws JOSEException {
        server.stop(0);
        String token = signed(claims().build());

        assertThatThrownBy(() -> tokens.caller(token))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.type()).isEqualTo(ProblemType.UNAVAILABLE));
    }

    @Test
    void keysThatWereShownServeOnWhileTheServerIsAway() throws JOSEException {
        assertThat(tokens.caller(signed(claims().build()))).isPresent();
        server.stop(0);

        assertThat(tokens.caller(signed(claims().build()))).isPresent();
    }

    private void refuses(String what, String token) {
        assertThat(tokens.caller(token)).as(what).isEmpty();
    }

    private static JWTClaimsSet.Builder claims() {
        return new JWTClaimsSet.Builder()
                .issuer(ISSUER)
                .audience("stepfree")
                .subject("ann")
                .expirationTime(Date.from(Instant.now().plus(Duration.ofMinutes(5))))
                .claim("client_id", "acme")
                .claim("scope", "openid stepfree:submit stepfree:read");
    }

    private String signed(JWTClaimsSet claims) throws JOSEException {
        return signed(claims, key);
    }

    private static String signed(JWTClaimsSet claims, RSAKey key) throws JOSEException {
        var token =
                new SignedJWT(
                        new JWSHeader.Builder(JWSAlgorithm.RS256)
                                .type(new JOSEObjectType("at+jwt"))
                                .keyID(key.getKeyID())
                                .build(),
                        claims);
        token.sign(new RSASSASigner(key));
        return token.serialize();
    }

    private static RSAKey key(String id) {
        try {
            return new RSAKeyGenerator(2048).keyID(id).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }
}
