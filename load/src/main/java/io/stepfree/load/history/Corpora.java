package io.stepfree.load.history;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.stepfree.load.accuracy.Cases;
import io.stepfree.load.chaos.site.PageKind;
import io.stepfree.load.chaos.site.TargetSite;
import io.stepfree.load.history.Page.Nature;
import io.stepfree.load.measure.MeasurementException;
import io.stepfree.load.scanner.LocalSite;
import io.stepfree.load.scanner.NpmFolder;
import io.stepfree.load.worker.Corpus;
import io.stepfree.standalone.demo.DemoPage;
import io.stepfree.standalone.demo.DemoSite;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The pages that are scanned twice, served on loopback until they are closed. */
final class Corpora implements AutoCloseable {

    /** Pages made to tempt: what names a finding must not follow what they change at each visit. */
    private static final String TEMPTING = "load/src/main/pages";

    private static final String HTML = ".html";

    /** By corpus and name. Whoever adds one says why; what is not here has to stay as it is. */
    private static final Map<String, Known> KNOWN =
            Map.of(
                    "tempting rotating.html",
                    new Known(Nature.MOVES, "its advertisement is another one at each visit"),
                    "act bc659a/49d79a4e4e4a994a8eb7cf2eaf59c99d2251cac5",
                    new Known(Nature.NO_PAGE, "it leads to github.com at once, where nobody asks"),
                    "act bc659a/d48be8e9b638b9c27714cb3118a335376ed65f0f",
                    new Known(Nature.NO_PAGE, "it leads to w3.org at once, where nobody asks"));

    /** Ids of test cases, a line each. */
    private static final String SHOWING_NOTHING = "cases-that-show-nothing.txt";

    private record Known(Nature nature, String reason) {}

    private final List<AutoCloseable> sites = new ArrayList<>();
    private final List<Page> pages = new ArrayList<>();

    private Corpora() {}

    /**
     * Serves them.
     *
     * @param brief without the pages of npm packages, and every sixth test case
     * @param cases a folder of ACT test cases; null for none
     */
    static Corpora serve(Path root, boolean brief, @Nullable Path cases)
            throws InterruptedException {
        var corpora = new Corpora();
        boolean served = false;
        try {
            corpora.tempting(root.resolve(TEMPTING));
            corpora.demo();
            corpora.chaos();
            if (!brief) {
                corpora.npm(root);
            }
            if (cases != null) {
                corpora.cases(Cases.in(cases), showingNothing(), brief);
            }
            served = true;
            return corpora;
        } catch (IOException e) {
            throw new MeasurementException("The pages cannot be served (%s).".formatted(e), e);
        } finally {
            if (!served) {
                corpora.close();
            }
        }
    }

    List<Page> pages() {
        return List.copyOf(pages);
    }

    private void tempting(Path folder) throws IOException {
        LocalSite site = served(Map.of("/", folder));
        try (Stream<Path> files = Files.list(folder)) {
            files.map(file -> String.valueOf(file.getFileName()))
                    .filter(name -> name.endsWith(HTML))
                    .sorted()
                    .forEach(name -> add("tempting", name, site.address("/" + name)));
        }
    }

    private void demo() throws IOException {
        DemoSite site = DemoSite.start();
        sites.add(site);
        for (DemoPage page : DemoSite.PAGES) {
            add("demo", page.path(), site.address().resolve(page.path()).toString());
            if (page.missing()) {
                known(Nature.NO_PAGE, "it is linked and not there");
            }
        }
    }

    /** One of each kind; all on one host, so that what fails there slows nobody else. */
    private void chaos() {
        var site = new TargetSite();
        sites.add(site);
        String host = site.targets().getLast();
        for (PageKind kind : PageKind.values()) {
            String path = "/%s/1".formatted(kind.text());
            pages.add(
                    new Page("chaos", path, "http://" + host + path).within(kind.timeoutMillis()));
            if (!kind.scannable()) {
                known(Nature.NO_PAGE, "it is made to fail");
            }
        }
    }

    private void npm(Path root) throws InterruptedException {
        LocalSite site =
                served(Map.of("/", NpmFolder.install(root, "pages").resolve("node_modules")));
        Corpus.PAGES.forEach(path -> add("npm", path, site.address("/" + path)));
    }

    /** What shows nothing may not have filled itself: the scanner doubts it, as it has to. */
    private static Set<String> showingNothing() throws IOException {
        try (InputStream stream = Corpora.class.getResourceAsStream(SHOWING_NOTHING)) {
            return new String(Objects.requireNonNull(stream, SHOWING_NOTHING).readAllBytes(), UTF_8)
                    .lines()
                    .collect(Collectors.toSet());
        }
    }

    private void cases(Cases cases, Set<String> showingNothing, boolean brief) {
        LocalSite site = served(cases.site());
        for (Cases.Case each : cases.some(brief)) {
            add("act", each.id(), site.address(each.path()));
            if (!each.path().endsWith(HTML)) {
                known(Nature.NO_PAGE, "it is no HTML");
            } else if (showingNothing.contains(each.id())) {
                known(Nature.NO_PAGE, "it shows nothing");
            }
        }
    }

    private LocalSite served(Map<String, Path> folders) {
        LocalSite site = LocalSite.serve(folders);
        sites.add(site);
        return site;
    }

    private void add(String corpus, String name, String address) {
        var page = new Page(corpus, name, address);
        Known known = KNOWN.get(page.toString());
        pages.add(known == null ? page : page.known(known.nature(), known.reason()));
    }

    private void known(Nature nature, String reason) {
        pages.add(pages.removeLast().known(nature, reason));
    }

    @Override
    public void close() {
        MeasurementException failure = null;
        for (AutoCloseable site : sites) {
            try {
                site.close();
            } catch (Exception e) {
                if (failure == null) {
                    failure =
                            new MeasurementException(
                                    "A site cannot be closed (%s).".formatted(e), e);
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
