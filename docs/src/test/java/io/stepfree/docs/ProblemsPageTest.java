package io.stepfree.docs;

import java.io.IOException;
import org.junit.jupiter.api.Test;

final class ProblemsPageTest {

    @Test
    void theProblemsPageSaysWhatTheKindsSay() throws IOException {
        MadePage.named("problems.md").mustSay(new ProblemsPage().render());
    }
}
