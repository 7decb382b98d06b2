package io.stepfree.load.scanner;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Holds what the worker finds against what stock axe finds, element by element. Both look several
 * times, because a page that moves differs from itself: what stock axe finds in only some of its
 * passes counts for nothing. A look at a page that failed is no look.
 *
 * @param missing what stock axe always finds and the worker does not always
 * @param added what the worker finds and stock axe never does
 * @param unsteady what stock axe itself finds only sometimes
 */
public record Comparison(
        List<Difference> missing, List<Difference> added, List<Difference> unsteady) {

    /** One finding on one page. */
    public record Difference(String page, Finding finding) {

        @Override
        public String toString() {
            return "%s: %s %s at %s"
                    .formatted(
                            page,
                            finding.rule(),
                            finding.verdict() == Finding.Verdict.VIOLATION
                                    ? "(violation)"
                                    : "(needs review)",
                            finding.target());
        }
    }

    /** Compares passes of the one with passes of the other over the same pages. */
    public static Comparison of(List<Scanner.Round> stock, List<Scanner.Round> worker) {
        Map<String, List<Set<Finding>>> ofStock = byPage(stock);
        Map<String, List<Set<Finding>>> ofWorker = byPage(worker);
        var missing = new ArrayList<Difference>();
        var added = new ArrayList<Difference>();
        var unsteady = new ArrayList<Difference>();
        ofStock.forEach((page, passes) -> {
            Set<Finding> always = common(passes);
            Set<Finding> ever = all(passes);
            List<Set<Finding>> others = ofWorker.get(page);
            if (others == null) {
                return;
            }
            collect(missing, page, always, common(others));
            collect(added, page, all(others), ever);
            collect(unsteady, page, ever, always);
        });
        return new Comparison(missing, added, unsteady);
    }

    /** The pages on which the two are not the same. */
    public Set<String> pages() {
        return Stream.concat(missing.stream(), added.stream())
                .map(Difference::page)
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    public int differences() {
        return missing.size() + added.size();
    }

    private static void collect(
            List<Difference> differences, String page, Set<Finding> from, Set<Finding> without) {
        from.stream()
                .filter(finding -> !without.contains(finding))
                .sorted(Comparator.comparing(Finding::toString))
                .map(finding -> new Difference(page, finding))
                .forEach(differences::add);
    }

    private static Map<String, List<Set<Finding>>> byPage(List<Scanner.Round> rounds) {
        var pages = new LinkedHashMap<String, List<Set<Finding>>>();
        for (Scanner.Round round : rounds) {
            for (PageFindings page : round.pages()) {
                if (page.failure() == null) {
                    pages.computeIfAbsent(page.url(), _ -> new ArrayList<>()).add(page.findings());
                }
            }
        }
        return pages;
    }

    private static Set<Finding> common(List<Set<Finding>> passes) {
        var common = new HashSet<>(passes.getFirst());
        passes.forEach(common::retainAll);
        return common;
    }

    private static Set<Finding> all(List<Set<Finding>> passes) {
        var all = new HashSet<Finding>();
        passes.forEach(all::addAll);
        return all;
    }
}
