package io.stepfree.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every link inside of the documentation leads to something that is there. */
final class LinksTest {

    private static final Pattern FENCED = Pattern.compile("(?ms)^ *```.*?^ *```");
    private static final Pattern CODE = Pattern.compile("`[^`\n]*`");
    private static final Pattern LINK = Pattern.compile("]\\(<?([^()\\s>]+)>?(?: \"[^\"]*\")?\\)");
    private static final Pattern REFERENCE = Pattern.compile("(?m)^\\[[^\\]]+]:\\s+(\\S+)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} +(.*)$");
    private static final Pattern ELSEWHERE = Pattern.compile("[a-z][a-z0-9+.-]*:.*");

    static List<Path> pages() throws IOException {
        Path root = MadePage.root();
        var pages =
                new ArrayList<>(
                        List.of(
                                root.resolve("README.md"),
                                root.resolve("CONTRIBUTING.md"),
                                root.resolve("monitoring/README.md")));
        try (Stream<Path> files = Files.walk(root.resolve("docs"))) {
            files.filter(file -> file.toString().endsWith(".md"))
                    .filter(file -> !file.startsWith(root.resolve("docs/target")))
                    .sorted()
                    .forEach(pages::add);
        }
        return pages;
    }

    @ParameterizedTest
    @MethodSource("pages")
    void everyRelativeLinkLeadsSomewhere(Path page) throws IOException {
        assertThat(page).exists();

        assertThat(dead(page, Files.readString(page))).as("dead links in %s", page).isEmpty();
    }

    @Test
    void aPlantedDeadLinkIsFound() throws IOException {
        Path page = MadePage.root().resolve("docs/architecture.md");

        assertThat(
                        dead(
                                page,
                                """
                                [dead](nowhere.md) [alive](topics.md) [web](https://example.org/) `[code](no.md)`
                                [dead heading](topics.md#no-such-heading) [alive](topics.md#the-topics)
                                ```
                                [code](neither.md)
                                ```
                                [dead reference]: nowhere-else.md
                                """))
                .containsExactly("nowhere.md", "topics.md#no-such-heading", "nowhere-else.md");
    }

    private static List<String> dead(Path page, String text) throws IOException {
        String prose = CODE.matcher(FENCED.matcher(text).replaceAll("")).replaceAll("");
        var dead = new ArrayList<String>();
        for (Pattern pattern : List.of(LINK, REFERENCE)) {
            Matcher links = pattern.matcher(prose);
            while (links.find()) {
                if (!ELSEWHERE.matcher(links.group(1)).matches() && !alive(page, links.group(1))) {
                    dead.add(links.group(1));
                }
            }
        }
        return dead;
    }

    private static boolean alive(Path page, String link) throws IOException {
        String[] parts = link.split("#", 2);
        String path = URLDecoder.decode(parts[0], StandardCharsets.UTF_8);
        Path target = path.isEmpty() ? page : page.resolveSibling(path).normalize();
        if (!Files.exists(target)) {
            return false;
        }
        return parts.length == 1
                || !target.toString().endsWith(".md")
                || anchors(target).contains(parts[1]);
    }

    /** The anchors of a page's headings, made as GitHub makes them. */
    private static Set<String> anchors(Path page) throws IOException {
        var anchors = new HashSet<String>();
        Map<String, Integer> times = new HashMap<>();
        Matcher headings = HEADING.matcher(FENCED.matcher(Files.readString(page)).replaceAll(""));
        while (headings.find()) {
            String anchor =
                    headings.group(1)
                            .strip()
                            .replaceAll("\\[([^\\]]*)]\\([^)]*\\)", "$1")
                            .toLowerCase(Locale.ROOT)
                            .replaceAll("[^\\p{L}\\p{N} _-]", "")
                            .replace(' ', '-');
            int before = times.merge(anchor, 1, Integer::sum) - 1;
            anchors.add(before == 0 ? anchor : anchor + "-" + before);
        }
        return anchors;
    }
}
