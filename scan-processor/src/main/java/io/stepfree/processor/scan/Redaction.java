package io.stepfree.processor.scan;

import io.stepfree.platform.secret.ScanSecrets;
import io.stepfree.schemas.scan.Failure;
import io.stepfree.schemas.scan.Finding;
import io.stepfree.schemas.scan.FindingNode;
import io.stepfree.schemas.scan.PageResult;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Takes a scan's secrets out of what is told of it: a page may show in its address, its title or
 * its markup what was typed into it. Immutable and thread-safe.
 *
 * <p>What is shorter than {@value #SHORTEST} characters is left, because it would blot out half the
 * page; pictures are left, too, and docs/scanning.md says so.
 */
final class Redaction {

    static final int SHORTEST = 4;

    private static final String IN_ITS_PLACE = "[secret]";

    /** Longest first, so that a secret within another one does not leave the rest of it. */
    private final List<String> secrets;

    private Redaction(List<String> secrets) {
        this.secrets = secrets;
    }

    static Redaction of(ScanSecrets secrets) {
        Set<String> forms = new TreeSet<>();
        secrets.headers().values().forEach(value -> add(forms, value));
        secrets.cookies().forEach(cookie -> add(forms, cookie.value()));
        secrets.fills().forEach(text -> add(forms, text));
        if (secrets.basicAuth() != null) {
            add(forms, secrets.basicAuth().password());
        }
        return new Redaction(
                forms.stream().sorted(Comparator.comparingInt(String::length).reversed()).toList());
    }

    private static void add(Set<String> forms, String secret) {
        if (secret.length() < SHORTEST) {
            return;
        }
        String inForms = URLEncoder.encode(secret, StandardCharsets.UTF_8);
        forms.add(secret);
        forms.add(inForms);
        forms.add(inForms.replace("+", "%20"));
        forms.add(
                secret.replace("&", "&amp;")
                        .replace("<", "&lt;")
                        .replace(">", "&gt;")
                        .replace("\"", "&quot;"));
    }

    Failure of(Failure failure) {
        return secrets.isEmpty()
                ? failure
                : Failure.newBuilder(failure).setMessage(text(failure.getMessage())).build();
    }

    PageResult of(PageResult page) {
        if (secrets.isEmpty()) {
            return page;
        }
        return PageResult.newBuilder(page)
                .setFinalUrl(text(page.getFinalUrl()))
                .setTitle(text(page.getTitle()))
                .setLanguage(text(page.getLanguage()))
                .setViolations(findings(page.getViolations()))
                .setNeedsReview(findings(page.getNeedsReview()))
                .setWarnings(page.getWarnings().stream().map(this::text).toList())
                .build();
    }

    private List<Finding> findings(List<Finding> findings) {
        return findings.stream()
                .map(finding ->
                        Finding.newBuilder(finding)
                                .setNodes(finding.getNodes().stream().map(this::node).toList())
                                .build())
                .toList();
    }

    private FindingNode node(FindingNode node) {
        return FindingNode.newBuilder(node)
                .setTarget(node.getTarget().stream().map(this::text).toList())
                .setHtml(text(node.getHtml()))
                .setSummary(text(node.getSummary()))
                .build();
    }

    private String text(String text) {
        String clean = text;
        for (String secret : secrets) {
            clean = clean.replace(secret, IN_ITS_PLACE);
        }
        return clean;
    }
}
