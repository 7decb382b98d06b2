package io.stepfree.processor.scan;

import io.stepfree.platform.site.SiteScope;
import io.stepfree.platform.target.TargetPolicy;
import io.stepfree.processor.robots.SiteRules;
import io.stepfree.schemas.scan.PageResult;
import io.stepfree.schemas.scan.SiteView;
import io.stepfree.schemas.scan.SiteVisit;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** Makes what a page tells of its site out of what the browser says of its links. */
final class SiteLinks {

    /** So many links are told of a page at most, in as many characters. */
    private static final int MOST = 2_000;

    private static final int MOST_TEXT = 200_000;

    private SiteLinks() {}

    /**
     * What a page tells, whatever its robots.txt forbids.
     *
     * @param told the answer of links.js
     * @param template the page's template
     */
    static SiteView view(JsonNode told, SiteVisit visit, String template) {
        SiteScope scope = SiteScope.of(visit.getStart()).orElse(null);
        Set<String> links = new LinkedHashSet<>();
        int room = MOST_TEXT;
        int otherSite = 0;
        int leftOut = told.path("leftOut").asInt(0);
        if (scope != null && visit.getLinks()) {
            for (JsonNode link : told.path("links")) {
                String address = scope.within(link.asString("")).orElse(null);
                if (address == null) {
                    otherSite++;
                } else if (address.length() > TargetPolicy.LONGEST_URL
                        || links.size() >= MOST
                        || address.length() > room) {
                    leftOut++;
                } else if (links.add(address)) {
                    room -= address.length();
                }
            }
        }
        return SiteView.newBuilder()
                .setLinks(List.copyOf(links))
                .setForbidden(List.of())
                .setOtherSite(otherSite)
                .setLeftOut(visit.getLinks() ? leftOut : 0)
                .setCanonical(
                        scope == null
                                ? null
                                : scope.within(told.path("canonical").asString(""))
                                        .filter(one -> one.length() <= TargetPolicy.LONGEST_URL)
                                        .orElse(null))
                .setTemplate(template)
                .build();
    }

    /** The same page, its links told apart by what its site's robots.txt forbids. */
    static PageResult judged(PageResult page, SiteRules rules) {
        SiteView view = page.getSite();
        if (view == null) {
            return page;
        }
        return PageResult.newBuilder(page)
                .setSite(
                        SiteView.newBuilder(view)
                                .setLinks(view.getLinks().stream().filter(rules::allow).toList())
                                .setForbidden(
                                        view.getLinks().stream()
                                                .filter(link -> !rules.allow(link))
                                                .toList())
                                .build())
                .build();
    }
}
