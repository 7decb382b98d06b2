package io.stepfree.reporting.receipt;

import io.stepfree.reporting.document.Receipt;
import io.stepfree.reporting.document.ReportDocument;
import io.stepfree.reporting.document.ReportJson;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Makes receipts. The same document at the same place in the ledger has the same receipt, whoever
 * makes it and whenever. Stateless.
 */
public final class Receipts {

    static final int VERSION = 1;

    private static final String MEMBER = "receipt";
    private static final String BEGINNING = "stepfree receipt 1";

    /** What tells one page from another, and from itself when it has changed. */
    private static final List<String> PAGE_MEMBERS =
            List.of("finalUrl", "httpStatus", "title", "language", "elements", "validity");

    private Receipts() {}

    /**
     * The document with its receipt.
     *
     * @param ledger where the result lies, as scan.results-3@1204
     */
    public static ReportDocument given(ReportDocument document, String ledger) {
        return document.with(receipt(ReportJson.tree(document), ledger));
    }

    /** What the receipt of a document has to be; a receipt that it already has does not count. */
    static Receipt receipt(JsonNode document, String ledger) {
        var links = new ArrayList<Receipt.Link>();
        byte[] before = hash(BEGINNING.getBytes(StandardCharsets.UTF_8));
        for (var part : parts(document, ledger).entrySet()) {
            before =
                    hash(
                            before,
                            part.getKey().getBytes(StandardCharsets.UTF_8),
                            hash(part.getValue().getBytes(StandardCharsets.UTF_8)));
            links.add(new Receipt.Link(part.getKey(), HexFormat.of().formatHex(before)));
        }
        return new Receipt(VERSION, ledger, links);
    }

    private static Map<String, String> parts(JsonNode document, String ledger) {
        var parts = new LinkedHashMap<String, String>();
        parts.put("ledger", ledger);
        parts.put("engine", CanonicalJson.write(document.path("engine")));
        parts.put("browser", CanonicalJson.write(document.path("browser")));
        parts.put("page", page(document));
        parts.put("result", result(document));
        return parts;
    }

    /** What was seen: the page's own facts, and the fingerprints of what was found on it. */
    private static String page(JsonNode document) {
        Stream<JsonNode> facts = PAGE_MEMBERS.stream().map(document::path);
        Stream<JsonNode> fingerprints =
                Stream.of("violations", "needsReview")
                        .flatMap(kind -> elements(document.path(kind)))
                        .flatMap(finding -> elements(finding.path("nodes")))
                        .map(node -> node.path("fingerprint").asString(""))
                        .sorted()
                        .map(CanonicalJson::text);
        return CanonicalJson.write(CanonicalJson.array(Stream.concat(facts, fingerprints)));
    }

    /** Everything the report says, but its receipt. */
    private static String result(JsonNode document) {
        if (!(document instanceof ObjectNode object)) {
            return CanonicalJson.write(document);
        }
        ObjectNode bare = CanonicalJson.object();
        object.properties().stream()
                .filter(member -> !member.getKey().equals(MEMBER))
                .forEach(member -> bare.set(member.getKey(), member.getValue()));
        return CanonicalJson.write(bare);
    }

    private static Stream<JsonNode> elements(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }

    private static byte[] hash(byte[]... parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (byte[] part : parts) {
                digest.update(part);
            }
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
