package io.stepfree.processor.scan;

import static io.stepfree.processor.scan.RunningScanner.GOOD;
import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.processor.robots.RobotsMode;
import io.stepfree.schemas.scan.Failure;
import io.stepfree.schemas.scan.FailureType;
import io.stepfree.schemas.scan.PageResult;
import io.stepfree.schemas.scan.Validity;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What becomes of a page that robots.txt forbids. */
class RobotsOnAPageTest {

    @Test
    void whoObeysDoesNotVisitThePage() throws InterruptedException {
        try (RunningScanner scanner = scanner(RobotsMode.OBEY)) {
            Failure failure = scanner.failure(scanner.pages.address("/private"));
            assertThat(failure.getType()).isEqualTo(FailureType.BLOCKED_BY_SITE);
            assertThat(failure.getMessage()).contains("robots.txt").contains("forbids");
            assertThat(scanner.pages.asked()).containsExactly("/robots.txt");

            PageResult open = scanner.completed(scanner.pages.address("/open"));
            assertThat(open.getWarnings()).isEmpty();
        }
    }

    @Test
    void whoWarnsScansThePageAndSaysSo() throws InterruptedException {
        try (RunningScanner scanner = scanner(RobotsMode.WARN)) {
            PageResult page = scanner.completed(scanner.pages.address("/private"));
            assertThat(page.getWarnings()).singleElement().asString().contains("forbids");
            assertThat(page.getValidity()).isEqualTo(Validity.VALID);
            assertThat(scanner.pages.asked()).startsWith("/robots.txt").contains("/private");
        }
    }

    @Test
    void withoutAWishRobotsTxtIsNotAskedFor() throws InterruptedException {
        try (RunningScanner scanner = scanner(RobotsMode.OFF)) {
            PageResult page = scanner.completed(scanner.pages.address("/private"));
            assertThat(page.getWarnings()).isEmpty();
            assertThat(scanner.pages.asked()).contains("/private").doesNotContain("/robots.txt");
        }
    }

    private static RunningScanner scanner(RobotsMode mode) {
        var scanner =
                new RunningScanner(
                        new ScanProperties(50, Duration.ofMillis(250), 50_000, "", mode));
        scanner.pages.answer(
                "/robots.txt", 200, "text/plain", "User-agent: *\nDisallow: /private\n");
        scanner.pages.html("/private", GOOD);
        scanner.pages.html("/open", GOOD);
        return scanner;
    }
}
