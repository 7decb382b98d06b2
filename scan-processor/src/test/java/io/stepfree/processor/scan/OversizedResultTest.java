package io.stepfree.processor.scan;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.schemas.scan.Image;
import io.stepfree.schemas.scan.PageResult;
import io.stepfree.schemas.scan.Validity;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is said of a result that is too large for a record. */
class OversizedResultTest {

    private static final String DOUBT = "It led to a login";
    private static final String LEFT_OUT = "The picture of the page was too large to keep";

    @Test
    void whyAPageIsSuspectStaysTheFirstWarning() {
        PageResult fitted = PageResults.fitted(page(Validity.SUSPECT, List.of(DOUBT, "A gap")));

        assertThat(fitted.getScreenshot()).isNull();
        assertThat(fitted.getWarnings()).containsExactly(DOUBT, LEFT_OUT, "A gap");
    }

    @Test
    void whatWasLeftOutComesFirstWhereNothingIsInDoubt() {
        assertThat(PageResults.fitted(page(Validity.PARTIAL, List.of("A gap"))).getWarnings())
                .containsExactly(LEFT_OUT, "A gap");
        assertThat(PageResults.fitted(page(Validity.VALID, List.of())).getWarnings())
                .containsExactly(LEFT_OUT);
    }

    private static PageResult page(Validity validity, List<String> warnings) {
        return PageResult.newBuilder()
                .setFinalUrl("https://a.example/")
                .setTitle("")
                .setHttpStatus(200)
                .setLanguage("")
                .setEngine("")
                .setBrowser("")
                .setViolations(List.of())
                .setNeedsReview(List.of())
                .setPasses(1)
                .setInapplicable(0)
                .setWarnings(warnings)
                .setTimings(Map.of())
                .setValidity(validity)
                .setScreenshot(
                        Image.newBuilder()
                                .setMediaType("image/webp")
                                .setWidth(1)
                                .setHeight(1)
                                .setData(ByteBuffer.wrap(new byte[900_000]))
                                .build())
                .build();
    }
}
