package io.stepfree.load.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.load.history.Changes.State;
import io.stepfree.load.history.Page.Nature;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class VerdictTest {

    private static final Look UNSEEN = new Look("0", false, "dns: no such host", Set.of(), null);

    private final Page page = new Page("shop", "/", "http://127.0.0.1:1/");
    private final Look first =
            new Look("1", true, "", Set.of(), changes("first", "", Map.of(), ""));
    private final TwoLooks steady = new TwoLooks(page, first, second(Map.of(State.PERSISTING, 7)));

    @Test
    void whatPersistsIsSuccess() {
        assertThat(broken(steady)).isEmpty();
        assertThat(new Verdict(List.of(steady)).outcome("history").figures())
                .containsEntry("pages", 1)
                .containsEntry("pages_compared", 1)
                .containsEntry("persisting", 7);
    }

    @Test
    void nothingAtAllIsNot() {
        assertThat(broken(new TwoLooks(page, first, second(Map.of()))))
                .containsExactly("corpora_where_nothing_persists is 1.0, at most 0.0");
    }

    @Test
    void whatIsNewFixedOrOfAnotherEngineIsFailure() {
        var moved = second(Map.of(State.NEW, 2, State.FIXED, 1, State.ENGINE_CHANGED, 3));

        assertThat(broken(steady, new TwoLooks(page, first, moved)))
                .containsExactly(
                        "new is 2.0, at most 0.0",
                        "fixed is 1.0, at most 0.0",
                        "engine_changed is 3.0, at most 0.0");
    }

    @Test
    void whatComesOrGoesWithWhatIsSeenOfThePageIsFailure() {
        var moved = second(Map.of(State.NEWLY_OBSERVED, 2, State.NOT_OBSERVED, 1));

        assertThat(broken(steady, new TwoLooks(page, first, moved)))
                .containsExactly(
                        "newly_observed is 2.0, at most 0.0", "not_observed is 1.0, at most 0.0");
    }

    @Test
    void aPageThatIsSeenAlthoughItIsKnownToBeNoneIsFailure() {
        var seen =
                new TwoLooks(
                        page.known(Nature.NO_PAGE, "it shows nothing"), first, steady.second());

        assertThat(broken(steady, seen))
                .containsExactly("pages_known_not_to_be_seen_that_were is 1.0, at most 0.0");
    }

    @Test
    void whatIsKnownToMoveIsToldApart() {
        var moving =
                new TwoLooks(
                        page.known(Nature.MOVES, "it has advertisements"),
                        first,
                        second(Map.of(State.NEW, 2)));
        var verdict = new Verdict(List.of(steady, moving));

        assertThat(verdict.outcome("history").broken()).isEmpty();
        assertThat(verdict.outcome("history").figures())
                .containsEntry("new", 0)
                .containsEntry("new_on_pages_known_to_move", 2);
    }

    @Test
    void aPageThatWasSeenOnceIsFailureWhicheverTimeItWas() {
        assertThat(broken(steady, new TwoLooks(page, first, UNSEEN)))
                .containsExactly("pages_seen_once is 1.0, at most 0.0");
        assertThat(broken(steady, new TwoLooks(page, UNSEEN, first)))
                .containsExactly("pages_seen_once is 1.0, at most 0.0");
    }

    @Test
    void aPageThatIsNeverSeenIsFailureUnlessThatIsKnown() {
        var unseen = new TwoLooks(page, UNSEEN, UNSEEN);
        var known = new TwoLooks(page.known(Nature.NO_PAGE, "it is a picture"), UNSEEN, UNSEEN);

        assertThat(broken(steady, unseen))
                .containsExactly("pages_not_seen_unexpectedly is 1.0, at most 0.0");
        assertThat(broken(steady, known)).isEmpty();
        assertThat(new Verdict(List.of(steady, known)).text())
                .contains(
                        "Known to be no page:\nshop /: not seen, dns: no such host (it is a picture)");
    }

    @Test
    void whatTheGatewayDoesNotCompareIsComparedHere() {
        Page doubted = page.known(Nature.NO_PAGE, "it shows nothing");
        var once = new Look("1", false, "suspect: nothing", Set.of("a", "b"), null);
        var again = new Look("2", false, "suspect: nothing", Set.of("b", "c"), null);

        assertThat(broken(steady, new TwoLooks(doubted, once, once))).isEmpty();
        assertThat(broken(steady, new TwoLooks(doubted, once, again)))
                .containsExactly("differences_on_pages_not_seen is 2.0, at most 0.0");
    }

    @Test
    void aScanThatWasComparedWithAnotherOneIsFailure() {
        var other =
                new Look(
                        "2",
                        true,
                        "",
                        Set.of(),
                        changes(Changes.WITH_PREVIOUS, "9", Map.of(State.PERSISTING, 7), ""));

        assertThat(broken(steady, new TwoLooks(page, first, other)))
                .containsExactly("pages_not_compared is 1.0, at most 0.0");
        assertThat(broken(steady, new TwoLooks(page, first, first)))
                .containsExactly("pages_not_compared is 1.0, at most 0.0");
    }

    @Test
    void aSecondLookAfterTheFirstScanIsFailure() {
        var early = new Look("1", true, "", Set.of(), changes("first", "", Map.of(), "ordered"));

        assertThat(broken(new TwoLooks(page, early, steady.second())))
                .containsExactly("second_looks_after_a_first_scan is 1.0, at most 0.0");
    }

    private static Look second(Map<State, Integer> counts) {
        return new Look("2", true, "", Set.of(), changes(Changes.WITH_PREVIOUS, "1", counts, ""));
    }

    private static Changes changes(
            String compared, String previous, Map<State, Integer> counts, String secondLook) {
        return new Changes(compared, previous, counts, List.of(), secondLook);
    }

    private static List<String> broken(TwoLooks... looks) {
        return new Verdict(List.of(looks)).outcome("history").broken();
    }
}
