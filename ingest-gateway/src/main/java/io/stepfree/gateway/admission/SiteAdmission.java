package io.stepfree.gateway.admission;

import io.stepfree.platform.problem.FieldError;
import io.stepfree.platform.problem.ProblemException;
import io.stepfree.platform.site.PathPattern;
import io.stepfree.platform.site.WantedPaths;
import io.stepfree.platform.target.TargetPolicy;
import io.stepfree.platform.target.Verdict;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Decides whether a document is a site we take: a scan of its first page, and how the others are
 * found. Thread-safe.
 */
public final class SiteAdmission {

    private static final int USUAL_DEPTH = 5;
    private static final int GREATEST_DEPTH = 50;
    private static final int USUAL_SATURATION = 50;

    private static final Map<String, Boolean> ROBOTS = robots();

    private final TargetPolicy targets;
    private final ScanAdmission scans;

    public SiteAdmission(TargetPolicy targets) {
        this.targets = targets;
        this.scans = new ScanAdmission(targets);
    }

    /**
     * The site that the document asks for.
     *
     * @throws ProblemException naming every field that is wrong
     */
    public NewSite admit(JsonNode document) {
        var errors = new ArrayList<FieldError>();
        NewSite site =
                ObjectFields.ofDocument(document, errors)
                        .map(fields -> read(fields, errors))
                        .orElse(null);
        if (site == null || !errors.isEmpty()) {
            throw ScanAdmission.invalid(errors);
        }
        return site;
    }

    private @Nullable NewSite read(ObjectFields fields, List<FieldError> errors) {
        String sitemap = sitemap(fields);
        boolean sitemaps =
                sitemap != null || (!fields.isText("sitemap") && fields.flag("sitemap", false));
        int depth = fields.integer("depth", USUAL_DEPTH, 0, GREATEST_DEPTH);
        if (sitemaps && fields.has("depth")) {
            fields.wrong("depth", null, "does not go with sitemap, which follows no links");
        }
        int pages = fields.integer("pages", NewSite.USUAL_PAGES, 1, NewSite.MOST_PAGES);
        List<String> include = patterns(fields, "include");
        List<String> exclude = patterns(fields, "exclude");
        int saturation = fields.integer("saturation", USUAL_SATURATION, 0, NewSite.MOST_PAGES);
        boolean obeyRobots = fields.oneOf("robots", ROBOTS, true);
        NewScan page = scans.read(fields, ScanDefaults.OF_MANY, false, errors);
        if (page == null) {
            return null;
        }
        if (!page.secrets().isEmpty()) {
            fields.wrong(
                    "options",
                    null,
                    "holds headers, cookies, credentials or typed texts; they are encrypted for one page, and cannot be used for a site");
        }
        return new NewSite(
                page,
                sitemaps,
                sitemap,
                depth,
                fields.has("pages") ? OptionalInt.of(pages) : OptionalInt.empty(),
                include,
                exclude,
                saturation,
                obeyRobots);
    }

    /** The address of a sitemap, where one is given. */
    private @Nullable String sitemap(ObjectFields fields) {
        if (!fields.isText("sitemap")) {
            return null;
        }
        String url = fields.requiredText("sitemap");
        if (url == null) {
            return null;
        }
        return switch (targets.judgeUrl(url)) {
            case Verdict.Allowed allowed -> allowed.target().url();
            case Verdict.Refused(String reason) -> {
                // What may be a password is not sent back.
                fields.wrong("sitemap", url.contains("@") ? null : url, reason);
                yield null;
            }
        };
    }

    private static List<String> patterns(ObjectFields fields, String name) {
        List<String> patterns = fields.texts(name);
        if (fields.has(name) && patterns.isEmpty()) {
            fields.wrong(name, null, "must be an array of strings, with one at least");
        }
        if (patterns.size() > WantedPaths.MOST) {
            fields.wrong(
                    name,
                    null,
                    "has %d patterns, more than %d".formatted(patterns.size(), WantedPaths.MOST));
            return List.of();
        }
        for (String pattern : patterns) {
            try {
                var _ = PathPattern.of(pattern);
                if (!pattern.startsWith("/") && !pattern.startsWith("*")) {
                    fields.wrong(
                            name,
                            pattern,
                            "must begin with / or *, as it is held against path and query");
                }
            } catch (IllegalArgumentException e) {
                fields.wrong(name, null, String.valueOf(e.getMessage()));
            }
        }
        return patterns;
    }

    private static Map<String, Boolean> robots() {
        var names = new LinkedHashMap<String, Boolean>();
        names.put("obey", true);
        names.put("ignore", false);
        return names;
    }
}
