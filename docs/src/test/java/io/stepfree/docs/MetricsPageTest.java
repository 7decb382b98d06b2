package io.stepfree.docs;

import java.io.IOException;
import org.junit.jupiter.api.Test;

final class MetricsPageTest {

    @Test
    void theMetricsPageSaysWhatTheCatalogueSays() throws IOException {
        MadePage.named("metrics.md").mustSay(new MetricsPage().render());
    }
}
