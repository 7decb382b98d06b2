package io.stepfree.reports.history;

import static io.stepfree.reports.history.FindingState.ENGINE_CHANGED;
import static io.stepfree.reports.history.FindingState.FIXED;
import static io.stepfree.reports.history.FindingState.NEW;
import static io.stepfree.reports.history.FindingState.NEWLY_OBSERVED;
import static io.stepfree.reports.history.FindingState.NOT_OBSERVED;
import static io.stepfree.reports.history.FindingState.PERSISTING;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class PageChangesTest {

    private static final Instant MONDAY = Instant.parse("2026-11-23T09:00:00Z");

    @Test
    void theSamePageTwiceHasNothingNewAndNothingFixed() {
        var first = look(1).with("a", "b", "c");
        assertThat(
                        states(
                                PageChanges.between(
                                        first.seen(),
                                        Set.of(),
                                        look(2).with("c", "b", "a").seen())))
                .isEqualTo(Map.of("a", PERSISTING, "b", PERSISTING, "c", PERSISTING));
    }

    @Test
    void whatCameIsNewAndWhatWentIsFixed() {
        assertThat(changes(look(1).with("a", "b"), look(2).with("b", "c")))
                .isEqualTo(Map.of("a", FIXED, "b", PERSISTING, "c", NEW));
    }

    @Test
    void anEmptyPageAfterAFullOneFixedAll() {
        assertThat(changes(look(1).with("a", "b"), look(2).with()))
                .isEqualTo(Map.of("a", FIXED, "b", FIXED));
    }

    @Test
    void onAPageThatWasSeenInPartNothingIsFixed() {
        assertThat(changes(look(1).with("a", "b"), look(2).inPart().with("b", "c")))
                .isEqualTo(Map.of("a", NOT_OBSERVED, "b", PERSISTING, "c", NEW));
    }

    @Test
    void afterAPageThatWasSeenInPartNothingIsNew() {
        assertThat(changes(look(1).inPart().with("a"), look(2).with("a", "b")))
                .isEqualTo(Map.of("a", PERSISTING, "b", NEWLY_OBSERVED));
    }

    @Test
    void ofARuleWhoseElementsWereCutNothingIsFixedAndOfOthersItIs() {
        assertThat(changes(look(1).with("label:a", "contrast:b"), look(2).cut("contrast").with()))
                .isEqualTo(Map.of("label:a", FIXED, "contrast:b", NOT_OBSERVED));
    }

    @Test
    void ofARuleWhoseElementsHadBeenCutNothingIsNewAndOfOthersItIs() {
        assertThat(
                        changes(
                                look(1).cut("contrast").with("contrast:a"),
                                look(2).with("contrast:a", "contrast:b", "label:c")))
                .isEqualTo(
                        Map.of(
                                "contrast:a", PERSISTING,
                                "contrast:b", NEWLY_OBSERVED,
                                "label:c", NEW));
    }

    @Test
    void whatComesOrGoesWithAnotherEngineIsNeitherNewNorFixed() {
        assertThat(changes(look(1).with("a", "b"), look(2).by("axe-core 5").with("b", "c")))
                .isEqualTo(Map.of("a", ENGINE_CHANGED, "b", PERSISTING, "c", ENGINE_CHANGED));
    }

    @Test
    void whatAnotherEngineDidNotObserveIsNotObservedAllTheSame() {
        assertThat(changes(look(1).with("a"), look(2).by("axe-core 5").inPart().with()))
                .isEqualTo(Map.of("a", NOT_OBSERVED));
    }

    @Test
    void anotherPageBehindTheSameAddressFixesNothing() {
        assertThat(changes(look(1).with("a"), look(2).at("shop.example/de").with("b")))
                .isEqualTo(Map.of("a", NOT_OBSERVED, "b", NEWLY_OBSERVED));
    }

    @Test
    void whatWasNotObservedIsKnownWhenItIsSeenAgain() {
        var first = look(1).with("a", "b").seen();
        var second = look(2).inPart().with("b").seen();
        var between = PageChanges.between(first, Set.of(), second);

        var third = PageChanges.between(second, between.carried(), look(3).with("a", "b").seen());

        assertThat(states(third)).isEqualTo(Map.of("a", PERSISTING, "b", PERSISTING));
    }

    @Test
    void whatWasNotObservedIsFixedOnceItsPartIsSeenWithoutIt() {
        var first = look(1).with("a").seen();
        var second = look(2).inPart().with().seen();
        var third = look(3).inPart().with().seen();
        var carried = PageChanges.between(first, Set.of(), second).carried();
        carried = PageChanges.between(second, carried, third).carried();

        var fourth = PageChanges.between(third, carried, look(4).with().seen());

        assertThat(fourth.missing())
                .singleElement()
                .satisfies(gone -> {
                    assertThat(gone.state()).isEqualTo(FIXED);
                    assertThat(gone.known().seenScanId()).isEqualTo("scan-1");
                });
        assertThat(fourth.carried()).isEmpty();
    }

    @Test
    void whatWasLastSeenByAnotherEngineIsNotFixedByThisOne() {
        var first = look(1).with("a").seen();
        var second = look(2).by("axe-core 5").inPart().with().seen();
        var carried = PageChanges.between(first, Set.of(), second).carried();

        var third = PageChanges.between(second, carried, look(3).by("axe-core 5").with().seen());

        assertThat(states(third)).isEqualTo(Map.of("a", ENGINE_CHANGED));
    }

    @Test
    void whatWasLastSeenOnAnotherPageIsNotFixedByThisOne() {
        var first = look(1).at("shop.example/en").with("a").seen();
        var second = look(2).at("shop.example/de").with("b").seen();
        var carried = PageChanges.between(first, Set.of(), second).carried();

        var third = look(3).at("shop.example/de").with("b").seen();
        assertThat(states(PageChanges.between(second, carried, third)))
                .isEqualTo(Map.of("a", NOT_OBSERVED, "b", PERSISTING));

        var back = look(3).at("shop.example/en").with().seen();
        assertThat(states(PageChanges.between(second, carried, back)))
                .isEqualTo(Map.of("a", FIXED, "b", NOT_OBSERVED));
    }

    @Test
    void whatIsNotObservedIsNotGatheredWithoutEnd() {
        var many =
                look(1).with(
                                IntStream.range(0, PageChanges.MOST_CARRIED)
                                        .mapToObj("image-alt:%05d"::formatted)
                                        .toArray(String[]::new))
                        .seen();
        var second = look(2).inPart().with("last").seen();
        var carried = PageChanges.between(many, Set.of(), second).carried();
        assertThat(carried).hasSize(PageChanges.MOST_CARRIED);

        var third = PageChanges.between(second, carried, look(3).inPart().with().seen());

        assertThat(third.count(NOT_OBSERVED)).isEqualTo(PageChanges.MOST_CARRIED + 1);
        assertThat(third.carried())
                .hasSize(PageChanges.MOST_CARRIED)
                .extracting(Known::fingerprint)
                .startsWith("last", "image-alt:00000")
                .doesNotContain("image-alt:04999");
    }

    @Test
    void countsAreOfWhatIsThereAndOfWhatIsNot() {
        var changes =
                PageChanges.between(
                        look(1).with("a", "b").seen(),
                        Set.of(),
                        look(2).by("axe-core 5").with("b", "c", "d").seen());
        assertThat(changes.count(ENGINE_CHANGED)).isEqualTo(3);
        assertThat(changes.count(PERSISTING)).isEqualTo(1);
        assertThat(changes.count(NEW)).isZero();
        assertThat(changes.count(FIXED)).isZero();
    }

    private static Map<String, FindingState> changes(Described before, Described now) {
        return states(PageChanges.between(before.seen(), Set.of(), now.seen()));
    }

    /** Places are hidden in the names: see {@link Described}. */
    private static Map<String, FindingState> states(PageChanges changes) {
        var states = new TreeMap<String, FindingState>();
        changes.present().forEach((place, state) -> states.put(Described.name(place), state));
        changes.missing().forEach(gone -> states.put(gone.known().fingerprint(), gone.state()));
        return states;
    }

    private static Described look(int number) {
        return new Described(
                number, "axe-core 4.14.1", "shop.example/offers", true, Set.of(), List.of());
    }

    /** A look in words; a name before a colon is the rule. */
    private record Described(
            int number,
            String engine,
            String page,
            boolean whole,
            Set<String> cut,
            List<String> names) {

        private static final List<String> PLACES = new ArrayList<>();

        static String name(int place) {
            return PLACES.get(place);
        }

        Described with(String... names) {
            return new Described(number, engine, page, whole, cut, List.of(names));
        }

        Described inPart() {
            return new Described(number, engine, page, false, cut, names);
        }

        Described cut(String rule) {
            return new Described(number, engine, page, whole, Set.of(rule), names);
        }

        Described by(String other) {
            return new Described(number, other, page, whole, cut, names);
        }

        Described at(String other) {
            return new Described(number, engine, other, whole, cut, names);
        }

        Look seen() {
            return new Look(
                    "scan-" + number,
                    MONDAY.plusSeconds(number),
                    engine,
                    page,
                    whole,
                    cut,
                    names.stream()
                            .map(name -> {
                                PLACES.add(name);
                                int colon = name.indexOf(':');
                                return new Look.Named(
                                        PLACES.size() - 1,
                                        name,
                                        colon < 0 ? FoundResults.RULE : name.substring(0, colon),
                                        "violation",
                                        "critical");
                            })
                            .toList());
        }
    }
}
