package io.stepfree.gateway.problems;

import io.stepfree.platform.problem.ProblemType;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Tells people what a kind of problem means and what to do about it: a page of plain HTML for each,
 * and one that lists all. Needs nothing but itself, so that it can be read where nothing else can.
 */
final class ProblemPages {

    private static final String STYLE =
            """
            :root { color-scheme: light dark; }
            body { max-width: 42rem; margin: 0 auto; padding: 1rem 1.25rem 3rem; font: 1rem/1.6 system-ui, sans-serif;
              overflow-wrap: break-word; }
            h1 { margin: 1.5rem 0 .5rem; font-size: 1.75rem; line-height: 1.25; }
            h2 { margin: 1.75rem 0 .25rem; font-size: 1.2rem; }
            p { margin: .25rem 0 1rem; }
            code { font-family: ui-monospace, monospace; font-size: .95em; }
            dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; margin: 1rem 0; }
            dt { font-weight: 600; }
            dd { margin: 0; }
            table { border-collapse: collapse; }
            th, td { padding: .35rem 1rem .35rem 0; text-align: start; vertical-align: top; border-bottom: 1px solid; }
            :focus-visible { outline: 3px solid; outline-offset: 2px; }
            """;

    /** Nothing may be loaded or run; the one style is known by its hash. */
    static final String POLICY =
            "default-src 'none'; style-src 'sha256-%s'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
                    .formatted(hash(STYLE));

    private ProblemPages() {}

    /** The page of one kind. */
    static String page(ProblemType type) {
        return document(
                type.title(),
                """
                <p>A problem of the Stepfree API</p>
                <h1>%s</h1>
                <dl>
                <dt>Status</dt><dd>%d</dd>
                <dt>Type</dt><dd><code>%s</code></dd>
                </dl>
                <h2>What it means</h2>
                <p>%s</p>
                <h2>What to do</h2>
                <p>%s</p>
                <p>The problem itself says more in its <code>detail</code>, and its <code>requestId</code> finds it \
                in the logs.</p>
                <p><a href="/problems">All problems</a></p>
                """
                        .formatted(
                                escaped(type.title()),
                                type.status(),
                                escaped(type.uri().toString()),
                                escaped(type.meaning()),
                                escaped(type.cure())));
    }

    /** The page that lists every kind. */
    static String list() {
        return document(
                "Problems",
                """
                <h1>Problems of the Stepfree API</h1>
                <p>Every error is answered with a problem (RFC 9457), whose <code>type</code> is one of these.</p>
                <table>
                <thead><tr><th scope="col">Status</th><th scope="col">Problem</th></tr></thead>
                <tbody>
                %s
                </tbody>
                </table>
                """
                        .formatted(
                                Stream.of(ProblemType.values())
                                        .map(type ->
                                                "<tr><td>%d</td><td><a href=\"%s\">%s</a></td></tr>"
                                                        .formatted(
                                                                type.status(),
                                                                escaped(type.uri().toString()),
                                                                escaped(type.title())))
                                        .collect(Collectors.joining("\n"))));
    }

    private static String document(String title, String content) {
        return """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>%s – Stepfree</title>
        <style>%s</style>
        </head>
        <body>
        <main>
        %s</main>
        </body>
        </html>
        """
                .formatted(escaped(title), STYLE, content);
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    private static String hash(String text) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256")
                            .digest(text.getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
