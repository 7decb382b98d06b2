package io.stepfree.platform.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stepfree.schemas.scan.SealedSecrets;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class SecretSealerTest {

    private static final String SCAN = "0193-one";

    private final SecretSealer sealer = sealer(Map.of("autumn", key(1)), "");

    @Test
    void whatIsSealedForAScanOpensAgainForThatScan() {
        SealedSecrets sealed = sealer.seal(secrets(), SCAN);

        assertThat(sealed.getKey()).isEqualTo("autumn");
        assertThat(sealer.open(sealed, SCAN)).isEqualTo(secrets());
        assertThat(sealer.open(sealed, SCAN)).as("opening uses nothing up").isEqualTo(secrets());
        assertThat(sealer.open(sealer.seal(ScanSecrets.NONE, SCAN), SCAN).isEmpty()).isTrue();
    }

    @Test
    void aTextThatIsNoScansOpensForItsSubjectOnly() {
        SealedSecrets sealed = sealer.sealText("whsec_SECRET", "webhook-secret one");

        assertThat(sealer.openText(sealed, "webhook-secret one")).isEqualTo("whsec_SECRET");
        assertThatThrownBy(() -> sealer.openText(sealed, "webhook-secret two"))
                .isInstanceOf(SecretsUnreadableException.class)
                .hasMessageNotContaining("SECRET");
        assertThat(new String(bytes(sealed), StandardCharsets.ISO_8859_1)).doesNotContain("SECRET");
    }

    @Test
    void headersAndTypedTextsKeepTheirOrder() {
        var headers = new LinkedHashMap<String, String>();
        IntStream.range(0, 30).forEach(i -> headers.put("X-" + (29 - i), "value" + i));
        var many = new ScanSecrets(headers, List.of(), null, List.of("b", "a", "c"));

        ScanSecrets opened = sealer.open(sealer.seal(many, SCAN), SCAN);

        assertThat(opened.headers().keySet()).containsExactlyElementsOf(headers.keySet());
        assertThat(opened.fills()).containsExactly("b", "a", "c");
    }

    @Test
    void theSameSecretsAreSealedDifferentlyEachTimeAndNeverShow() {
        byte[] first = bytes(sealer.seal(secrets(), SCAN));
        byte[] second = bytes(sealer.seal(secrets(), SCAN));

        assertThat(Arrays.copyOf(first, 12)).isNotEqualTo(Arrays.copyOf(second, 12));
        assertThat(new String(first, StandardCharsets.ISO_8859_1))
                .doesNotContain("SECRET", "headers", "cookies");
    }

    @Test
    void theSizeDoesNotTellHowLongAPasswordIs() {
        var brief = new ScanSecrets(Map.of(), List.of(), null, List.of("a"));
        var longer = new ScanSecrets(Map.of(), List.of(), null, List.of("a".repeat(40)));

        assertThat(bytes(sealer.seal(brief, SCAN))).hasSameSizeAs(bytes(sealer.seal(longer, SCAN)));
    }

    @Test
    void secretsMovedToAnotherScanDoNotOpen() {
        SealedSecrets sealed = sealer.seal(secrets(), SCAN);

        assertUnreadable(sealer, sealed, "0193-two", "another scan");
    }

    @Test
    void alteredOrCutSecretsDoNotOpen() {
        byte[] bytes = bytes(sealer.seal(secrets(), SCAN));
        for (int at : new int[] {0, 12, bytes.length - 1}) {
            byte[] altered = bytes.clone();
            altered[at] ^= 1;
            assertUnreadable(sealer, sealed("autumn", altered), SCAN, "altered");
        }
        for (int length : new int[] {0, 12, 27, bytes.length - 1}) {
            assertUnreadable(
                    sealer, sealed("autumn", Arrays.copyOf(bytes, length)), SCAN, "altered");
        }
    }

    @Test
    void anotherKeyDoesNotOpenThem() {
        SealedSecrets sealed = sealer.seal(secrets(), SCAN);

        assertUnreadable(
                sealer(Map.of("autumn", key(2)), ""), sealed, SCAN, "another key of that name");
        assertUnreadable(
                sealer(Map.of("winter", key(2)), ""),
                sealed,
                SCAN,
                "the key autumn, which is not in stepfree.secrets.keys here (it has winter)");
        assertUnreadable(
                sealer(Map.of(), ""), sealed, SCAN, "stepfree.secrets.keys here (it has none)");
        assertUnreadable(
                sealer,
                sealed("x\r\ninjected", bytes(sealed)),
                SCAN,
                "a name that no key can have");
    }

    @Test
    void afterAChangeOfKeysTheOldOnesStillOpen() {
        SealedSecrets old = sealer.seal(secrets(), SCAN);
        var both = sealer(Map.of("autumn", key(1), "winter", key(2)), "winter");

        assertThat(both.open(old, SCAN)).isEqualTo(secrets());
        SealedSecrets fresh = both.seal(secrets(), SCAN);
        assertThat(fresh.getKey()).isEqualTo("winter");
        assertThat(both.open(fresh, SCAN)).isEqualTo(secrets());
    }

    @Test
    void withoutAKeyNothingIsSealed() {
        var without = sealer(Map.of(), "");

        assertThat(sealer.canSeal()).isTrue();
        assertThat(without.canSeal()).isFalse();
        assertThatThrownBy(() -> without.seal(secrets(), SCAN))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("stepfree.secrets.keys");
    }

    @Test
    void noTextShowsAValue() {
        assertThat(
                        List.of(
                                secrets().toString(),
                                secrets().cookies().toString(),
                                String.valueOf(secrets().basicAuth())))
                .noneMatch(text -> text.contains("SECRET"));
        assertThat(secrets())
                .hasToString("ScanSecrets[headers=1, cookies=2, basicAuth=true, fills=2]");
        assertThat(new SecretProperties(Map.of("autumn", key(1)), "autumn"))
                .hasToString("SecretProperties[keys=[autumn], current=autumn]");
    }

    private static void assertUnreadable(
            SecretSealer sealer, SealedSecrets sealed, String scanId, String says) {
        assertThatThrownBy(() -> sealer.open(sealed, scanId))
                .isInstanceOf(SecretsUnreadableException.class)
                .hasMessageContaining(says)
                .satisfies(thrown -> {
                    var stack = new StringWriter();
                    thrown.printStackTrace(new PrintWriter(stack));
                    assertThat(stack.toString())
                            .doesNotContain("SECRET")
                            .doesNotContain("injected");
                });
    }

    private static ScanSecrets secrets() {
        return new ScanSecrets(
                Map.of("X-Token", "SECRET-header-\u00fc"),
                List.of(
                        new ScanSecrets.Cookie("session", "SECRET-cookie", "", ""),
                        new ScanSecrets.Cookie("other", "SECRET-two", "example.com", "/shop")),
                new ScanSecrets.BasicAuth("SECRET-ann", "SECRET-password"),
                List.of("SECRET-text", "SECRET \"quoted\"\n\ud83d\ude00"));
    }

    private static SecretSealer sealer(Map<String, String> keys, String current) {
        return SecretSealer.of(new SecretProperties(keys, current));
    }

    private static String key(int fill) {
        byte[] bytes = new byte[32];
        Arrays.fill(bytes, (byte) fill);
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static byte[] bytes(SealedSecrets sealed) {
        byte[] bytes = new byte[sealed.getSealed().remaining()];
        sealed.getSealed().duplicate().get(bytes);
        return bytes;
    }

    private static SealedSecrets sealed(String key, byte[] bytes) {
        return SealedSecrets.newBuilder().setKey(key).setSealed(ByteBuffer.wrap(bytes)).build();
    }
}
