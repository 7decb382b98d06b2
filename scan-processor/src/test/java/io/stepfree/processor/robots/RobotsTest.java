package io.stepfree.processor.robots;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.processor.egress.ScanEgress;
import io.stepfree.processor.egress.TestEgress;
import io.stepfree.processor.scan.TestPages;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RobotsTest {

    private final TestPages pages = new TestPages();
    private final TestEgress egress = new TestEgress();
    private final ScanEgress way = egress.allowing(List.of("127.0.0.1:" + pages.port())).open();
    private final Robots robots = new Robots(RobotsMode.OBEY);

    @AfterEach
    void close() {
        way.close();
        egress.close();
        pages.close();
    }

    @Test
    void ourOwnRulesComeBeforeThoseForAll() throws InterruptedException {
        robotsTxt(
                200,
                "User-agent: *\n"
                        + "Disallow: /\n\n"
                        + "User-agent: stepfree\n"
                        + "Disallow: /private\n"
                        + "Allow: /private/open\n");
        assertThat(asked("/page")).isEqualTo("allowed");
        assertThat(asked("/private/a"))
                .isEqualTo(
                        "robots.txt of http://127.0.0.1:%d forbids Stepfree to visit this page"
                                .formatted(pages.port()));
        assertThat(asked("/private/open")).isEqualTo("allowed");
        assertThat(pages.asked()).as("kept for ten minutes").containsExactly("/robots.txt");
    }

    /** RFC 9309, 2.3.1. */
    @ParameterizedTest
    @CsvSource({
        "404, allowed",
        "403, allowed",
        "500, cannot be read",
        "503, cannot be read",
        "429, cannot be read"
    })
    void noFileMeansYesAndABrokenServerMeansNo(int status, String expected)
            throws InterruptedException {
        robotsTxt(status, "User-agent: *\nDisallow: /\n");
        assertThat(asked("/page")).contains(expected);
    }

    @Test
    void aRedirectIsFollowedButNotInwards() throws InterruptedException {
        pages.answer(
                "/robots.txt",
                exchange -> {
                    exchange.getResponseHeaders().set("Location", "http://10.0.0.1/robots.txt");
                    exchange.sendResponseHeaders(302, -1);
                });
        assertThat(asked("/page")).isEqualTo("allowed");
        assertThat(way.refusals()).isPositive();
        pages.answer(
                "/robots.txt",
                exchange -> {
                    exchange.getResponseHeaders().set("Location", "/other.txt");
                    exchange.sendResponseHeaders(302, -1);
                });
        pages.answer("/other.txt", 200, "text/plain", "User-agent: *\nDisallow: /page\n");
        assertThat(asked("/page")).contains("forbids");
    }

    @Test
    void aFileWithoutEndIsReadToItsLimit() throws InterruptedException {
        robotsTxt(200, "User-agent: *\nDisallow: /page\n" + "# x\n".repeat(300_000));
        assertThat(asked("/page")).contains("forbids");
    }

    @Test
    void nobodyIsAskedUnlessToldTo() throws InterruptedException {
        robotsTxt(200, "User-agent: *\nDisallow: /\n");
        assertThat(
                        new Robots(RobotsMode.OFF)
                                .objection(way, pages.address("/"), Duration.ofSeconds(5)))
                .isEmpty();
        assertThat(pages.asked()).isEmpty();
    }

    private void robotsTxt(int status, String text) {
        pages.answer("/robots.txt", status, "text/plain", text);
    }

    private String asked(String path) throws InterruptedException {
        return robots.objection(way, pages.address(path), Duration.ofSeconds(5)).orElse("allowed");
    }
}
