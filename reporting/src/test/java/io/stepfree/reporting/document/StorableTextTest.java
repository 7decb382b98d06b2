package io.stepfree.reporting.document;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StorableTextTest {

    @Test
    void ordinaryTextStaysTheSameObject() {
        var text = "Grüße, 日本語 and 🚲";
        assertThat(StorableText.of(text)).isSameAs(text);
    }

    @Test
    void nullCharactersAndLoneSurrogatesAreReplaced() {
        assertThat(StorableText.of("a\0b")).isEqualTo("a\uFFFDb");
        assertThat(StorableText.of("\uD83D")).isEqualTo("\uFFFD");
        assertThat(StorableText.of("\uDEB2x")).isEqualTo("\uFFFDx");
        assertThat(StorableText.of("x\uD83D\uD83D\uDEB2\uDEB2y"))
                .isEqualTo("x\uFFFD\uD83D\uDEB2\uFFFDy");
    }
}
