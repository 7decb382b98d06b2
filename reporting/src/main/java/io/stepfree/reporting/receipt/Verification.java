package io.stepfree.reporting.receipt;

import io.stepfree.reporting.document.Receipt;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** What comes of holding a report against its receipt. */
public sealed interface Verification {

    /**
     * It is as it was written.
     *
     * @param scanId the scan it is of
     * @param finalUrl the page it is about
     * @param ledger where its result lies
     * @param hash the last of the chain, which stands for all of it
     */
    record Intact(String scanId, String finalUrl, String ledger, String hash)
            implements Verification {}

    /**
     * It is not what its receipt is of.
     *
     * @param first the first link that does not fit: what was changed is this or a later one, or
     *     the receipt itself
     */
    record Altered(String first) implements Verification {}

    /** It has none that could be checked: it was taken out, or is older, or newer. */
    record NoReceipt(String reason) implements Verification {}

    /** It is not the JSON of a report of one scan, which is what has a receipt. */
    record NoReport(String reason) implements Verification {}

    /**
     * It is a page for people, whose receipt is of the JSON that it was written from.
     *
     * @param scanId the scan that both are of
     * @param hash the last of the chain that the JSON has to have
     */
    record PageOf(String scanId, String hash) implements Verification {}

    /**
     * Checks a report's JSON, in whatever spelling, with a byte order mark or without. Needs
     * nothing but the text.
     */
    static Verification of(String json) {
        Optional<Verification> page = PageForPeople.of(json);
        if (page.isPresent()) {
            return page.get();
        }
        try {
            JsonNode document =
                    CanonicalJson.read(json.startsWith("\uFEFF") ? json.substring(1) : json);
            return CanonicalJson.isText(CanonicalJson.write(document))
                    ? of(document)
                    : new NoReceipt("it has half a character, which no report has");
        } catch (ArithmeticException _) {
            return new NoReceipt("it has a number that no report has");
        } catch (JacksonException e) {
            return new NoReport("it is not JSON, or names a member twice");
        }
    }

    private static Verification of(JsonNode document) {
        JsonNode receipt = document.path("receipt");
        if (!receipt.isObject()) {
            return document.has("scanId")
                    ? new NoReceipt(
                            "it has no receipt: it was taken out, or the report was made before there were any")
                    : new NoReport("it is not the report of one scan");
        }
        int version = receipt.path("version").asInt(0);
        if (version != Receipts.VERSION) {
            return new NoReceipt(
                    "its receipt is of version %d, and only %d is known here"
                            .formatted(version, Receipts.VERSION));
        }
        String ledger = receipt.path("ledger").asString("");
        Receipt expected = Receipts.receipt(document, ledger);
        Optional<String> first = firstMisfit(expected, receipt);
        return first.<Verification>map(Altered::new)
                .orElseGet(() ->
                        new Intact(
                                document.path("scanId").asString(""),
                                document.path("finalUrl").asString(""),
                                ledger,
                                expected.links().getLast().hash()));
    }

    private static Optional<String> firstMisfit(Receipt expected, JsonNode receipt) {
        for (int i = 0; i < expected.links().size(); i++) {
            Receipt.Link link = expected.links().get(i);
            JsonNode given = receipt.path("links").path(i);
            if (!link.of().equals(given.path("of").asString(""))
                    || !link.hash().equals(given.path("hash").asString(""))) {
                return Optional.of(link.of());
            }
        }
        // No link is over the receipt, so nothing may be in it but what was expected.
        return CanonicalJson.write(receipt)
                        .equals(CanonicalJson.write(CanonicalJson.node(expected)))
                ? Optional.empty()
                : Optional.of("receipt");
    }
}
