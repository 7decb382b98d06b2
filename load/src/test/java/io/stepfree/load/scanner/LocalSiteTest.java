package io.stepfree.load.scanner;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LocalSiteTest {

    @Test
    void aPageComesUnchangedAndWithTheWordToAskNobodyElse(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("page.html"), "<p>Page");
        try (var site = LocalSite.serve(Map.of("/", folder, "/deep/er/", folder));
                HttpClient client = HttpClient.newHttpClient()) {
            for (String path : new String[] {"/page.html", "/deep/er/page.html"}) {
                HttpResponse<String> answer =
                        client.send(
                                HttpRequest.newBuilder(URI.create(site.address(path))).build(),
                                HttpResponse.BodyHandlers.ofString());

                assertThat(answer.body()).isEqualTo("<p>Page");
                assertThat(answer.headers().firstValue("Content-Type")).hasValue("text/html");
                assertThat(answer.headers().firstValue("Content-Security-Policy"))
                        .hasValueSatisfying(
                                policy -> assertThat(policy).startsWith("default-src 'self'"));
            }
        }
    }
}
