package io.stepfree.load.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class TableTest {

    private final Table table = new Table("who", "pages").row("worker", "7").row("axe", "1,000");

    @Test
    void wordsStandToTheLeftAndNumbersToTheRight() {
        assertThat(table.text())
                .isEqualTo(
                        """
                        who     pages
                        worker      7
                        axe     1,000\
                        """);
    }

    @Test
    void asMarkdownItHasALineUnderItsHeads() {
        assertThat(table.markdown())
                .isEqualTo(
                        """
                        | who | pages |
                        |---|---|
                        | worker | 7 |
                        | axe | 1,000 |\
                        """);
    }

    @Test
    void aRowWithACellTooFewIsRefused() {
        assertThatThrownBy(() -> table.row("worker")).isInstanceOf(IllegalArgumentException.class);
    }
}
