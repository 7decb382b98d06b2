package io.stepfree.load.history;

import io.stepfree.load.history.Changes.State;
import io.stepfree.load.history.Page.Nature;
import io.stepfree.load.history.TwoLooks.End;
import io.stepfree.load.measure.Outcome;
import io.stepfree.load.measure.Outcome.Bound;
import io.stepfree.load.measure.Table;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/** What pages that were scanned twice say. */
record Verdict(List<TwoLooks> looks) {

    Verdict {
        looks = List.copyOf(looks);
    }

    /** A row for each corpus and one for all, then each page that there is something to say of. */
    String text() {
        var lines = new ArrayList<String>();
        lines.add(table());
        section(lines, "", Nature.STAYS);
        section(lines, "Known to move:", Nature.MOVES);
        section(lines, "Known to be no page:", Nature.NO_PAGE);
        return String.join("\n", lines);
    }

    private void section(List<String> lines, String title, Nature nature) {
        List<String> told =
                of(nature).looks.stream()
                        .flatMap(look ->
                                look.lines().stream()
                                        .map(line ->
                                                look.page().reason().isEmpty()
                                                        ? line
                                                        : "%s (%s)"
                                                                .formatted(
                                                                        line,
                                                                        look.page().reason())))
                        .toList();
        if (!told.isEmpty()) {
            lines.add("");
            if (!title.isEmpty()) {
                lines.add(title);
            }
            lines.addAll(told);
        }
    }

    private String table() {
        var heads = new ArrayList<>(List.of("corpus", "pages", "compared"));
        for (State state : State.values()) {
            heads.add(state.text());
        }
        heads.addAll(List.of("not seen", "seen once", "not compared"));
        var table = new Table(heads.toArray(String[]::new));
        for (String corpus : corpora()) {
            new Verdict(only(look -> look.page().corpus().equals(corpus))).row(corpus, table);
        }
        row("all", table);
        return table.text();
    }

    private void row(String name, Table table) {
        var cells = new ArrayList<>(List.of(name, number(looks.size())));
        cells.add(number(count(End.COMPARED)));
        for (State state : State.values()) {
            cells.add(number(count(state)));
        }
        for (End end : List.of(End.NOT_SEEN, End.SEEN_ONCE, End.NOT_COMPARED)) {
            cells.add(number(count(end)));
        }
        table.row(cells.toArray(String[]::new));
    }

    /** With bounds: what stays has all that it had and no more, and was compared. */
    Outcome outcome(String name) {
        Verdict staying = of(Nature.STAYS);
        Verdict moving = of(Nature.MOVES);
        var figures = new LinkedHashMap<String, Object>();
        figures.put("pages", looks.size());
        figures.put("pages_compared", count(End.COMPARED));
        figures.put("pages_not_seen", count(End.NOT_SEEN));
        for (State state : State.values()) {
            figures.put(figure(state), staying.count(state));
        }
        figures.put(
                "pages_not_seen_unexpectedly",
                count(End.NOT_SEEN) - of(Nature.NO_PAGE).count(End.NOT_SEEN));
        figures.put(
                "differences_on_pages_not_seen",
                only(look -> look.end() == End.NOT_SEEN).stream()
                        .mapToInt(TwoLooks::differences)
                        .sum());
        figures.put("pages_known_not_to_be_seen_that_were", of(Nature.NO_PAGE).count(End.COMPARED));
        figures.put("pages_seen_once", count(End.SEEN_ONCE));
        figures.put("pages_not_compared", count(End.NOT_COMPARED));
        figures.put("corpora_where_nothing_persists", corporaWithoutFindings());
        figures.put("second_looks_after_a_first_scan", only(TwoLooks::lookedAgainTooEarly).size());
        figures.put("pages_known_to_move", moving.looks.size());
        figures.put("new_on_pages_known_to_move", moving.count(State.NEW));
        figures.put("fixed_on_pages_known_to_move", moving.count(State.FIXED));
        return new Outcome(
                name,
                figures,
                List.of(
                        new Bound(figure(State.NEW), 0),
                        new Bound(figure(State.FIXED), 0),
                        new Bound(figure(State.NEWLY_OBSERVED), 0),
                        new Bound(figure(State.NOT_OBSERVED), 0),
                        new Bound(figure(State.ENGINE_CHANGED), 0),
                        new Bound("pages_not_seen_unexpectedly", 0),
                        new Bound("differences_on_pages_not_seen", 0),
                        new Bound("pages_known_not_to_be_seen_that_were", 0),
                        new Bound("pages_seen_once", 0),
                        new Bound("pages_not_compared", 0),
                        new Bound("corpora_where_nothing_persists", 0),
                        new Bound("second_looks_after_a_first_scan", 0)));
    }

    private static String figure(State state) {
        return state.text().replace(' ', '_');
    }

    private List<String> corpora() {
        return looks.stream().map(look -> look.page().corpus()).distinct().toList();
    }

    /** Where nothing is found, nothing can be new: that would be no success. */
    private long corporaWithoutFindings() {
        return corpora().stream()
                .filter(corpus ->
                        only(look -> look.page().corpus().equals(corpus)).stream()
                                .noneMatch(look -> look.count(State.PERSISTING) > 0))
                .count();
    }

    private Verdict of(Nature nature) {
        return new Verdict(only(look -> look.page().nature() == nature));
    }

    private List<TwoLooks> only(Predicate<TwoLooks> wanted) {
        return looks.stream().filter(wanted).toList();
    }

    private int count(State state) {
        return looks.stream().mapToInt(look -> look.count(state)).sum();
    }

    private int count(End end) {
        return only(look -> look.end() == end).size();
    }

    private static String number(int count) {
        return String.format(Locale.ROOT, "%,d", count);
    }
}
