package io.stepfree.load.accuracy;

import io.stepfree.load.measure.MeasurementException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A folder of the W3C's test cases for ACT rules: the pages under {@code wcag-act-rules/}, and
 * {@code expected.json} with an object for each.
 */
public record Cases(Path folder, List<Case> all) {

    private static final String PAGES = "wcag-act-rules";
    private static final String VERDICTS = "expected.json";
    private static final int EVERY_WHEN_SHORT = 6;

    /** The cases ask for their assets by the paths of the W3C's own site. */
    private static final String ASSETS = "/WAI/content-assets/wcag-act-rules/";

    /**
     * One page with its verdict.
     *
     * @param rule the id of the ACT rule that it is for
     * @param mustFail whether it breaks that rule; the others pass, or the rule does not apply
     * @param path of the page, from the root of the site
     */
    public record Case(String id, String rule, String ruleName, boolean mustFail, String path) {}

    public Cases {
        all = List.copyOf(all);
    }

    /**
     * Those in a folder.
     *
     * @throws MeasurementException when it is no folder of test cases
     */
    public static Cases in(Path folder) {
        Path verdicts = folder.resolve(VERDICTS);
        if (!Files.isRegularFile(verdicts) || !Files.isDirectory(folder.resolve(PAGES))) {
            throw new MeasurementException(
                    "%s is no folder of ACT test cases: it needs a file %s and a folder %s."
                            .formatted(folder, VERDICTS, PAGES));
        }
        return new Cases(folder, read(JsonMapper.shared().readTree(verdicts.toFile())));
    }

    /** All of them, or every sixth. */
    public List<Case> some(boolean brief) {
        return brief
                ? IntStream.range(0, all.size())
                        .filter(index -> index % EVERY_WHEN_SHORT == 0)
                        .mapToObj(all::get)
                        .toList()
                : all;
    }

    /** The folders of their site, by the path under which each is served. */
    public Map<String, Path> site() {
        return Map.of("/", folder, ASSETS, folder.resolve(PAGES));
    }

    static List<Case> read(JsonNode verdicts) {
        return verdicts.valueStream()
                .map(each ->
                        new Case(
                                each.path("id").asString(),
                                each.path("rule").asString(),
                                each.path("ruleName").asString(),
                                each.path("expected").asString().equals("failed"),
                                each.path("path").asString()))
                .toList();
    }
}
