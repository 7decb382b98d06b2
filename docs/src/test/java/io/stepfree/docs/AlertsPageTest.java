package io.stepfree.docs;

import java.io.IOException;
import org.junit.jupiter.api.Test;

final class AlertsPageTest {

    @Test
    void theAlertsPageSaysWhatTheCatalogueSays() throws IOException {
        MadePage.named("alerts.md").mustSay(new AlertsPage().render());
    }
}
