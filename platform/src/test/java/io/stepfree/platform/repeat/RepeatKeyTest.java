package io.stepfree.platform.repeat;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.schemas.scan.Priority;
import io.stepfree.schemas.scan.ScanOptions;
import io.stepfree.schemas.scan.ScanRequest;
import io.stepfree.schemas.scan.Screenshots;
import io.stepfree.schemas.scan.SealedSecrets;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class RepeatKeyTest {

    private static final String PAGE = "https://shop.example/cart?b=2&a=1";

    @Test
    void theSamePageAskedForInTheSameWayHasTheSameKey() {
        Optional<String> key = RepeatKey.of(request("ann", PAGE));

        assertThat(key.orElseThrow()).matches("[A-Za-z0-9_-]{43}");
        assertThat(RepeatKey.of(request("ann", "HTTPS://Shop.Example:443/x/../%63art?b=2&a=1")))
                .isEqualTo(key);
        ScanRequest other =
                ScanRequest.newBuilder(request("ann", PAGE))
                        .setPriority(Priority.LOW)
                        .setBatchId("ann/nightly")
                        .setScanId("another")
                        .setSubmittedAt(Instant.EPOCH.plusSeconds(9))
                        .build();
        assertThat(RepeatKey.of(other)).isEqualTo(key);
    }

    @Test
    void whatMayChangeTheResultChangesTheKey() {
        var keys = new ArrayList<Optional<String>>();
        keys.add(RepeatKey.of(request("ann", PAGE)));
        keys.add(RepeatKey.of(request("bob", PAGE)));
        keys.add(RepeatKey.of(request("ann", "https://shop.example/cart?a=1&b=2")));
        keys.add(RepeatKey.of(request("ann", PAGE + "#/pay")));
        keys.add(RepeatKey.of(request("ann", PAGE + "#")));
        keys.add(RepeatKey.of("ann", PAGE, "wcag21aa", options()));
        for (ScanOptions options :
                List.of(
                        ScanOptions.newBuilder().setScreenshots(Screenshots.PAGE).build(),
                        ScanOptions.newBuilder().setLanguage("de").build(),
                        ScanOptions.newBuilder().setViewportWidth(390).build(),
                        ScanOptions.newBuilder().setUserAgent("").build())) {
            keys.add(RepeatKey.of("ann", PAGE, "wcag22aa", options));
        }

        assertThat(keys).doesNotHaveDuplicates().allMatch(Optional::isPresent);
    }

    @Test
    void noPartCanPassForTheEndOfAnother() {
        assertThat(RepeatKey.of("ann", "https://a.example/", "x", options()))
                .isNotEqualTo(RepeatKey.of("an", "https://a.example/", "nx", options()));
    }

    @Test
    void whatBringsSecretsHasNone() {
        ScanOptions options =
                ScanOptions.newBuilder()
                        .setSecrets(new SealedSecrets("key", ByteBuffer.wrap(new byte[] {1})))
                        .build();

        assertThat(RepeatKey.of("ann", PAGE, "wcag22aa", options)).isEmpty();
    }

    private static ScanRequest request(String client, String url) {
        return ScanRequest.newBuilder()
                .setScanId("scan-1")
                .setRequestId("request-1")
                .setClient(client)
                .setUrl(url)
                .setHost("shop.example")
                .setOptions(options())
                .setSubmittedAt(Instant.EPOCH)
                .build();
    }

    private static ScanOptions options() {
        return ScanOptions.newBuilder().build();
    }
}
