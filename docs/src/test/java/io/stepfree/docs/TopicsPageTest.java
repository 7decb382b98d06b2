package io.stepfree.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.schemas.topic.Topics;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

final class TopicsPageTest {

    private final TopicsPage page = new TopicsPage(new SymbolDocs(MadePage.root()));

    @Test
    void theTopicsPageSaysWhatTheCatalogueAndTheSchemasSay() throws IOException {
        MadePage.named("topics.md").mustSay(page.render());
    }

    @Test
    void nothingIsLeftWithoutAWord() {
        assertThat(page.render()).doesNotContain("null |\n", "|  |\n");
    }

    @Test
    void everyHeaderOfAnUnreadableRecordIsListed() throws IllegalAccessException {
        var headers = new ArrayList<String>();
        for (Field constant : Topics.Unreadable.class.getFields()) {
            if (Modifier.isStatic(constant.getModifiers())
                    && constant.get(null) instanceof String text
                    && text.startsWith("_")) {
                headers.add(text);
            }
        }

        assertThat(TopicsPage.unreadableHeaders()).containsExactlyInAnyOrderElementsOf(headers);
    }
}
