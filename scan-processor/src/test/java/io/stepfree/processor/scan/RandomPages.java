package io.stepfree.processor.scan;

import java.util.List;
import java.util.Random;

/**
 * Writes pages with many right and wrong things on them, and scripts that change a page; the same
 * seed gives the same ones.
 */
final class RandomPages {

    private static final List<String> LEAVES =
            List.of(
                    "<img src='data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==' width=20 height=20>",
                    "<img alt='A %1$d' src='data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==' width=9 height=9>",
                    "<a href='/p%1$d'>Link %1$d</a>",
                    "<a href='/q%1$d'></a>",
                    "<button>Do %1$d</button>",
                    "<button class='b%2$d'></button>",
                    "<input id='i%1$d'>",
                    "<label>Name <input name='n%1$d'></label>",
                    "<label for='i%1$d'>For %1$d</label>",
                    "<select name='s%1$d'><option>1</select>",
                    "<p style='color:#%3$s;background:#%4$s'>Text number %1$d</p>",
                    "<span style='color:rgb(%2$d %2$d %2$d / 60%%)'>Shade %1$d</span>",
                    "<p lang='xx-%1$d'>Language</p>",
                    "<div role='checkbox'>Role %1$d</div>",
                    "<div role='nonsense'>Role</div>",
                    "<div aria-hidden='true'><a href='#'>Hidden</a></div>",
                    "<p style='background:linear-gradient(#fff,#777);color:#888'>On a gradient</p>",
                    "<h%5$d>Heading %1$d</h%5$d>",
                    "<iframe srcdoc='<p>inner' title='f%1$d' hidden></iframe>",
                    "<video src='/none.mp4'></video>",
                    "<svg width=10 height=10 role=img></svg>",
                    "<table><tr><th>A<td>B%1$d</table>",
                    "<p id='same'>Same id</p>",
                    "<p>Plain text %1$d</p>");

    private static final List<String> BRANCHES =
            List.of(
                    "div",
                    "section",
                    "nav",
                    "ul",
                    "li",
                    "article",
                    "fieldset",
                    "dl",
                    "aside aria-label='x'",
                    "div style='position:relative'",
                    "div style='overflow:auto;height:60px' tabindex=0",
                    "div style='opacity:.6'",
                    "div hidden",
                    "span style='position:absolute;left:-999px'");

    private static final List<String> CHANGES =
            List.of(
                    "at.remove()",
                    "at.setAttribute('aria-label', 'changed')",
                    "at.removeAttribute('alt')",
                    "at.setAttribute('role', 'button')",
                    "at.style.color = '#9a9a9a'",
                    "at.style.display = 'none'",
                    "at.append('more text')",
                    "at.after(at.cloneNode(true))",
                    "at.id = 'same'",
                    "at.parentNode?.prepend(at)",
                    "at.setAttribute('tabindex', '3')",
                    "at.setAttribute('lang', 'zz-zz')");

    private final Random random;

    RandomPages(long seed) {
        this.random = new Random(seed);
    }

    String page() {
        var html = new StringBuilder("<!doctype html><html");
        html.append(random.nextBoolean() ? " lang=en>" : ">");
        html.append(random.nextBoolean() ? "<title>Page</title>" : "");
        html.append("<body><main><h1>Page</h1>");
        for (int i = 0; i < 12; i++) {
            branch(html, 0);
        }
        html.append("</main><x-open></x-open><script>")
                .append(
                        "customElements.define('x-open', class extends HTMLElement { constructor() { super(); this.attachShadow({mode: 'open'}).innerHTML = `<div><img src='data:,'><button></button><p style='color:#aaa'>faint</p></div>`; } });")
                .append("</script></body></html>");
        return html.toString();
    }

    /** A script that changes some elements of the page that it runs in. */
    String mutation() {
        var script = new StringBuilder("{ let all, at;");
        for (int i = 0; i < 8; i++) {
            script.append("all = document.querySelectorAll('main *'); at = all[")
                    .append(random.nextInt(10_000))
                    .append(" % all.length]; if (at) {")
                    .append(CHANGES.get(random.nextInt(CHANGES.size())))
                    .append("}");
        }
        return script.append("}").toString();
    }

    private void branch(StringBuilder html, int depth) {
        String tag = BRANCHES.get(random.nextInt(BRANCHES.size()));
        html.append('<').append(tag).append('>');
        int children = 1 + random.nextInt(5);
        for (int i = 0; i < children; i++) {
            if (depth < 4 && random.nextInt(3) == 0) {
                branch(html, depth + 1);
            } else {
                html.append(
                        LEAVES.get(random.nextInt(LEAVES.size()))
                                .formatted(
                                        random.nextInt(1_000),
                                        random.nextInt(256),
                                        "%06x".formatted(random.nextInt(0x1000000)),
                                        "%06x".formatted(random.nextInt(0x1000000)),
                                        1 + random.nextInt(6)));
            }
        }
        html.append("</").append(tag.replaceFirst(" .*", "")).append('>');
    }
}
