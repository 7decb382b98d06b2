package io.stepfree.gateway.scans;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stepfree.gateway.admission.ScanFilter;
import io.stepfree.gateway.scans.ScanCursors.Place;
import io.stepfree.platform.problem.ProblemException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ScanCursorsTest {

    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
    private static final ScanFilter ALL = new ScanFilter(null, null, null, null, null, null, null);
    private static final ScanFilter CHOSEN =
            new ScanFilter("completed", "a.example", "audit-7", NOON, NOON.plusSeconds(60), 10, 20);
    private static final Place PLACE =
            new Place(
                    Instant.parse("2026-11-22T12:00:01.234567Z"),
                    "01890a5d-ac96-774b-bcce-b302099a8001");

    private final ScanCursors cursors = cursors("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=");

    @Test
    void aWordLeadsBackToItsPlace() {
        String word = cursors.word("ada", CHOSEN, PLACE);

        assertThat(word).matches("[A-Za-z0-9_-]+");
        assertThat(cursors.read("ada", CHOSEN, word)).isEqualTo(PLACE);
    }

    @Test
    void aWordIsOfNoUseToAnybodyElse() {
        String word = cursors.word("ada", ALL, PLACE);

        assertRefused("bea", ALL, word);
        assertRefused("", ALL, word);
    }

    @Test
    void aWordIsOfNoUseWithAnotherFilter() {
        String word = cursors.word("ada", CHOSEN, PLACE);

        for (ScanFilter other :
                List.of(
                        ALL,
                        new ScanFilter(null, "a.example", "audit-7", NOON, CHOSEN.to(), 10, 20),
                        new ScanFilter(
                                "cancelled", "a.example", "audit-7", NOON, CHOSEN.to(), 10, 20),
                        new ScanFilter(
                                "completed", "b.example", "audit-7", NOON, CHOSEN.to(), 10, 20),
                        new ScanFilter(
                                "completed", "audit-7", "a.example", NOON, CHOSEN.to(), 10, 20),
                        new ScanFilter("completed", "a.example", "audit-7", NOON, null, 10, 20),
                        new ScanFilter(
                                "completed", "a.example", "audit-7", NOON, CHOSEN.to(), 1, 20),
                        new ScanFilter(
                                "completed", "a.example", "audit-7", NOON, CHOSEN.to(), 10, 21))) {
            assertRefused("ada", other, word);
        }
    }

    @Test
    void textsThatRunIntoOneAnotherAreStillOtherFilters() {
        String word =
                cursors.word(
                        "ada", new ScanFilter(null, "a -", null, null, null, null, null), PLACE);

        assertRefused("ada", new ScanFilter(null, "a", "-", null, null, null, null), word);
        assertRefused("ada", new ScanFilter(null, "a", null, null, null, null, null), word);
    }

    @Test
    void noLetterCanBeAltered() {
        String word = cursors.word("ada", ALL, PLACE);

        for (int i = 0; i < word.length(); i++) {
            char other = word.charAt(i) == 'A' ? 'B' : 'A';
            assertRefused("ada", ALL, word.substring(0, i) + other + word.substring(i + 1));
            assertRefused("ada", ALL, word.substring(0, i));
        }
        assertRefused("ada", ALL, word + "AAAA");
        assertRefused("ada", ALL, "A".repeat(5_000));
    }

    @Test
    void aWordThatWasSignedWithAnotherKeyIsRefused() {
        var others = cursors("ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8=");

        assertRefused("ada", ALL, others.word("ada", ALL, PLACE));
    }

    private void assertRefused(String client, ScanFilter filter, String word) {
        assertThatThrownBy(() -> cursors.read(client, filter, word))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        problem -> {
                            assertThat(problem.errors()).hasSize(1);
                            assertThat(problem.errors().getFirst().parameter()).isEqualTo("cursor");
                            assertThat(problem.errors().getFirst().detail())
                                    .contains(
                                            "is damaged, or of another list",
                                            "none for the first page");
                        });
    }

    private static ScanCursors cursors(String key) {
        return new ScanCursors(CursorKey.of(key));
    }
}
