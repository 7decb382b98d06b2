package io.stepfree.standalone.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class DemoSiteTest {

    private static final Pattern REFERENCE = Pattern.compile("(?:href|src)=\"([a-z-]+\\.[a-z]+)\"");

    @Test
    void everyPageIsThereButTheOneThatIsMissingOnPurpose() throws Exception {
        try (var site = DemoSite.start();
                var http = HttpClient.newHttpClient()) {
            for (var page : DemoSite.PAGES) {
                var answer = get(http, site.address().resolve(page.path()));
                assertThat(answer.statusCode())
                        .as(page.path())
                        .isEqualTo(page.missing() ? 404 : 200);
                assertThat(answer.headers().firstValue("Content-Type"))
                        .contains("text/html; charset=utf-8");
            }
        }
    }

    @Test
    void whatPagesReferToIsThere() throws Exception {
        try (var site = DemoSite.start();
                var http = HttpClient.newHttpClient()) {
            for (var page : DemoSite.PAGES) {
                var references =
                        REFERENCE.matcher(get(http, site.address().resolve(page.path())).body());
                while (references.find()) {
                    if (!references.group(1).equals("renew.html")) {
                        assertThat(
                                        get(http, site.address().resolve(references.group(1)))
                                                .statusCode())
                                .as("%s on %s", references.group(1), page.path())
                                .isEqualTo(200);
                    }
                }
            }
        }
    }

    @Test
    void nothingOutsideTheSiteIsServed() throws Exception {
        try (var site = DemoSite.start();
                var http = HttpClient.newHttpClient()) {
            for (var path :
                    new String[] {"/../schema/report.schema.json", "/%2e%2e/x.html", "/nothing"}) {
                assertThat(get(http, URI.create(site.address() + path.substring(1))).statusCode())
                        .as(path)
                        .isEqualTo(404);
            }
        }
    }

    private static HttpResponse<String> get(HttpClient http, URI address)
            throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString());
    }
}
