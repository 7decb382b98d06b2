package io.stepfree.platform.site;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.platform.target.UrlNormalizer;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SiteScopeTest {

    private static final List<String> PLACES =
            List.of(
                    "http://shop.example",
                    "https://shop.example",
                    "https://www.shop.example",
                    "https://SHOP.example.",
                    "http://shop.example:8080",
                    "http://www.shop.example:8080",
                    "https://blog.shop.example",
                    "https://shop.example.evil.test",
                    "https://xshop.example",
                    "http://[2606:4700::1111]",
                    "http://1.1.1.1:81");
    private static final List<String> PATHS =
            List.of("", "/", "/a/../b", "?q=http://shop.example/", "/x#y");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://shop.example/a#part",
                "http://shop.example/a",
                "https://www.shop.example/a",
                "HTTPS://SHOP.example.:443/a"
            })
    void theSameHostAndPortIsTheSameSite(String url) {
        assertThat(scope("https://shop.example/start").within(url)).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://blog.shop.example/",
                "https://shop.example.evil.test/",
                "https://evil.test/?https://shop.example/",
                "https://evil.test\\@shop.example/",
                "https://shop.example@evil.test/",
                "https://shop.example:8443/",
                "mailto:someone@shop.example",
                "javascript:alert(1)",
                ""
            })
    void anythingElseIsAnotherOne(String url) {
        assertThat(scope("https://shop.example/start").within(url)).isEmpty();
    }

    @Test
    void whoIsOfWhoseSiteIsMutualAndLastsThroughItsForm() {
        var random = new Random(7);
        for (int round = 0; round < 5_000; round++) {
            String one = address(random);
            String other = address(random);
            var form = scope(one).within(other);

            assertThat(scope(one).within(one)).as(one).isPresent();
            assertThat(scope(other).within(one).isPresent())
                    .as("%s and %s", one, other)
                    .isEqualTo(form.isPresent());
            form.ifPresent(address -> {
                assertThat(UrlNormalizer.normalize(other)).contains(address);
                assertThat(scope(one).within(address)).contains(address);
                assertThat(address)
                        .contains(SiteScope.host(address))
                        .endsWith(SiteScope.path(address));
            });
        }
    }

    @ParameterizedTest
    @CsvSource({
        "http://[2606:4700::1111]:81/a?b, 2606:4700::1111, /a?b",
        "https://shop.example:444/a/b, shop.example, /a/b",
        "https://www.shop.example/?http://x/y, www.shop.example, /?http://x/y"
    })
    void hostAndPathAreReadFromTheForm(String address, String host, String path) {
        assertThat(SiteScope.host(address)).isEqualTo(host);
        assertThat(SiteScope.path(address)).isEqualTo(path);
    }

    private static String address(Random random) {
        return PLACES.get(random.nextInt(PLACES.size())) + PATHS.get(random.nextInt(PATHS.size()));
    }

    private static SiteScope scope(String start) {
        return SiteScope.of(start).orElseThrow();
    }
}
