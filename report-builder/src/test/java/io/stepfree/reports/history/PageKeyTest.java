package io.stepfree.reports.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.reporting.SampleResults;
import io.stepfree.schemas.scan.ActionKind;
import io.stepfree.schemas.scan.PageAction;
import io.stepfree.schemas.scan.ScanOptions;
import io.stepfree.schemas.scan.ScanRequest;
import io.stepfree.schemas.scan.Screenshots;
import io.stepfree.schemas.scan.SealedSecrets;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;

final class PageKeyTest {

    @Test
    void scansOfOnePageHaveOneKeyWhateverTheyAreCalledAndWhenTheyWere() {
        assertThat(key("http://shop.example/offers", _ -> {}))
                .hasValueSatisfying(key -> assertThat(key).matches("[A-Za-z0-9_-]{43}"))
                .isEqualTo(key("HTTP://Shop.Example:80/offers", _ -> {}));
    }

    @Test
    void whatSaysNothingOfThePageIsNotInTheKey() {
        assertThat(
                        key(
                                "http://shop.example/",
                                options ->
                                        options.setTimeoutMillis(5_000)
                                                .setScreenshots(Screenshots.ELEMENTS)
                                                .setDevice("desktop")))
                .isEqualTo(key("http://shop.example/", _ -> {}));
    }

    @Test
    void whatMayShowAnotherPageMakesAnotherKey() {
        var keys = new HashSet<Optional<String>>();
        keys.add(key("http://shop.example/", _ -> {}));
        keys.add(key("http://shop.example/?page=2", _ -> {}));
        keys.add(key("http://shop.example/#cart", _ -> {}));
        keys.add(key("http://shop.example/", options -> options.setViewportWidth(360)));
        keys.add(key("http://shop.example/", options -> options.setMobile(true)));
        keys.add(key("http://shop.example/", options -> options.setLanguage("de")));
        keys.add(key("http://shop.example/", options -> options.setUserAgent("de")));
        keys.add(key("http://shop.example/", options -> options.setActions(List.of(click("#a")))));
        keys.add(key("http://shop.example/", options -> options.setActions(List.of(click("#b")))));
        keys.add(
                PageKey.of(
                        ScanRequest.newBuilder(request("http://shop.example/"))
                                .setStandard("wcag21aa")
                                .build()));
        assertThat(keys).hasSize(10).allMatch(Optional::isPresent);
    }

    @Test
    void whoBringsSecretsIsComparedWithNobody() {
        assertThat(
                        key(
                                "http://shop.example/",
                                options ->
                                        options.setSecrets(
                                                SealedSecrets.newBuilder()
                                                        .setKey("k1")
                                                        .setSealed(ByteBuffer.wrap(new byte[40]))
                                                        .build())))
                .isEmpty();
    }

    @Test
    void anAddressThatCannotBeReadStillHasAKey() {
        assertThat(key("http://\\ \u0000", _ -> {})).isPresent();
    }

    /** Who adds an option decides whether it may change what a page shows. */
    @Test
    void everyOptionIsDecidedUpon() {
        assertThat(ScanOptions.getClassSchema().getFields())
                .extracting(Schema.Field::name)
                .containsAll(PageKey.OF_NO_CONCERN)
                .filteredOn(name -> !PageKey.OF_NO_CONCERN.contains(name))
                .containsExactlyInAnyOrderElementsOf(
                        Set.of(
                                "viewportWidth",
                                "viewportHeight",
                                "deviceScaleFactor",
                                "mobile",
                                "userAgent",
                                "language",
                                "colorScheme",
                                "waitFor",
                                "waitSelector",
                                "actions",
                                "secrets"));
    }

    private static PageAction click(String selector) {
        return PageAction.newBuilder().setKind(ActionKind.CLICK).setSelector(selector).build();
    }

    private static ScanRequest request(String url) {
        return ScanRequest.newBuilder(SampleResults.request("scan", "req-1")).setUrl(url).build();
    }

    private static Optional<String> key(String url, Consumer<ScanOptions.Builder> chosen) {
        var options = ScanOptions.newBuilder();
        chosen.accept(options);
        return PageKey.of(ScanRequest.newBuilder(request(url)).setOptions(options.build()).build());
    }
}
