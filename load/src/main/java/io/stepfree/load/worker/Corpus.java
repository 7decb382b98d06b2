package io.stepfree.load.worker;

import java.util.List;
import java.util.stream.IntStream;

/** The pages that are measured: real ones, of 18 to 3,149 elements, that ship in npm packages. */
public final class Corpus {

    private static final int EVERY_WHEN_SHORT = 3;

    public static final List<String> PAGES =
            List.of(
                    "skeleton-css/index.html",
                    "html5-boilerplate/dist/index.html",
                    "admin-lte/pages/examples/login-v2.html",
                    "startbootstrap-sb-admin/dist/login.html",
                    "startbootstrap-sb-admin-2/register.html",
                    "startbootstrap-clean-blog/dist/post.html",
                    "startbootstrap-modern-business/dist/contact.html",
                    "startbootstrap-grayscale/dist/index.html",
                    "startbootstrap-landing-page/dist/index.html",
                    "startbootstrap-modern-business/dist/pricing.html",
                    "startbootstrap-creative/dist/index.html",
                    "startbootstrap-modern-business/dist/index.html",
                    "startbootstrap-resume/dist/index.html",
                    "admin-lte/starter.html",
                    "startbootstrap-freelancer/dist/index.html",
                    "startbootstrap-sb-admin-2/buttons.html",
                    "startbootstrap-sb-admin-2/tables.html",
                    "startbootstrap-sb-admin-2/index.html",
                    "startbootstrap-agency/dist/index.html",
                    "startbootstrap-sb-admin/dist/tables.html",
                    "startbootstrap-sb-admin/dist/index.html",
                    "admin-lte/index2.html",
                    "admin-lte/pages/tables/simple.html",
                    "admin-lte/pages/UI/general.html",
                    "admin-lte/pages/tables/data.html",
                    "admin-lte/pages/widgets.html",
                    "dygraphs/_site/jsdoc/symbols/src/src_dygraph-layout.js.html");

    private Corpus() {}

    /** All of them, or every third. */
    static List<String> pages(boolean brief) {
        return brief
                ? IntStream.range(0, PAGES.size())
                        .filter(index -> index % EVERY_WHEN_SHORT == 0)
                        .mapToObj(PAGES::get)
                        .toList()
                : PAGES;
    }
}
