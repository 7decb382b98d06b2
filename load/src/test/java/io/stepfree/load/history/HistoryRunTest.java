package io.stepfree.load.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.stepfree.load.history.Changes.Changed;
import io.stepfree.load.history.Changes.State;
import io.stepfree.load.history.TwoLooks.End;
import io.stepfree.load.measure.Outcome;
import io.stepfree.load.scanner.WorkFolder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What {@code load/run history --short} does, and that it would tell. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class HistoryRunTest {

    private static final Path ROOT =
            Path.of(Objects.requireNonNull(System.getProperty("stepfree.root")));

    private final WorkFolder folder = WorkFolder.create();
    private Corpora corpora;
    private ChangingPages changing;
    private HistoryRun run;

    @BeforeAll
    void start() throws Exception {
        corpora = Corpora.serve(ROOT, true, null);
        changing = new ChangingPages();
        var pages = new ArrayList<>(corpora.pages());
        pages.add(changing.page("/"));
        run = HistoryRun.start(ROOT, folder.path().resolve("run"), pages, System.out);
    }

    @AfterAll
    void end() throws Exception {
        // In this order from the last one; where start() has failed, there are not all of them.
        try (var _ = folder;
                var _ = corpora;
                var _ = changing;
                var _ = run) {
            if (run != null) {
                run.stop();
            }
        }
    }

    @Test
    void pagesThatAreScannedTwiceHaveNothingNewAndNothingFixed() throws Exception {
        var verdict = new Verdict(run.scanTwice(corpora.pages()));

        Outcome outcome = verdict.outcome("history");
        assertThat(outcome.broken()).as(verdict.text()).isEmpty();
        assertThat(outcome.figures())
                .as(verdict.text())
                // Where the advertisement is another one, the check sees it.
                .containsEntry("new_on_pages_known_to_move", 1)
                .containsEntry("fixed_on_pages_known_to_move", 1);
    }

    @Test
    void whatDoesChangeIsToldWithItsRuleAndItsPlace() throws Exception {
        List<TwoLooks> looks =
                run.scanTwice(List.of(changing.page("/changes"), changing.page("/vanishes")));

        TwoLooks changed = looks.getFirst();
        assertThat(Objects.requireNonNull(changed.second().changes()).changed())
                .extracting(Changed::state, Changed::rule, Changed::target)
                .containsExactlyInAnyOrder(
                        tuple(State.NEW, "button-name", "button"),
                        tuple(State.FIXED, "label", "input"));
        assertThat(changed.count(State.PERSISTING)).isPositive();
        assertThat(looks.getLast().end()).isEqualTo(End.SEEN_ONCE);
        assertThat(looks.getLast().lines())
                .singleElement()
                .asString()
                .contains("/vanishes: SEEN ONCE ONLY, first seen, then http_error");
        assertThat(new Verdict(looks).outcome("history").broken())
                .containsExactlyInAnyOrder(
                        "new is 1.0, at most 0.0",
                        "fixed is 1.0, at most 0.0",
                        "pages_seen_once is 1.0, at most 0.0");
    }
}
