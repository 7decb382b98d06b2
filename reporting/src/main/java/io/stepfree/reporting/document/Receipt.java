package io.stepfree.reporting.document;

import java.util.List;

/**
 * What a report can be held against later: a chain of hashes over where its result lies in the
 * ledger, who looked, what was seen and what was found. It shows that a report is still as it was
 * written; it is no signature, and whoever can make reports can make receipts.
 *
 * @param version of how the hashes are made, 1
 * @param ledger where the result lies: topic, partition and offset, as scan.results-3@1204
 * @param links the chain, from the first link to the last, which stands for all of them
 */
public record Receipt(int version, String ledger, List<Link> links) {

    public Receipt {
        links = List.copyOf(links);
    }

    /**
     * One link: the hash of the one before and of what this one is about.
     *
     * @param of what it is about: ledger, engine, browser, page or result
     * @param hash SHA-256 (FIPS 180-4) in lower-case hexadecimal
     */
    public record Link(String of, String hash) {}
}
