package io.stepfree.gateway.scans;

/**
 * Where more of a scan can be read.
 *
 * @param self how it stands
 */
record ScanLinks(String self) {

    /** Where all scans are. */
    static final String SCANS = "/api/scans";

    static ScanLinks of(String scanId) {
        return new ScanLinks(SCANS + "/" + scanId);
    }
}
