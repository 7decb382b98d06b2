package io.stepfree.gateway.reports;

import io.stepfree.gateway.admission.NewLink;
import io.stepfree.gateway.scans.KnownScans;
import io.stepfree.gateway.scans.ScanStatus;
import io.stepfree.platform.bucket.BucketException;
import io.stepfree.platform.bucket.BucketLinks;
import io.stepfree.platform.bucket.BucketPlace;
import io.stepfree.platform.problem.ProblemException;
import io.stepfree.platform.problem.ProblemType;
import io.stepfree.reporting.format.ReportFormat;
import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes links to reports, and reads those of the gateway. A page or document that lies in the
 * bucket is linked to there, without the gateway; everything else is written by the gateway when
 * somebody follows the link. Thread-safe.
 */
final class ReportLinks {

    private static final Logger log = LoggerFactory.getLogger(ReportLinks.class);

    /** Where links of the gateway are. */
    static final String PATH = "/links/";

    private final KnownScans scans;
    private final LinkKeys keys;
    private final @Nullable BucketLinks bucket;
    private final InstantSource clock;

    /**
     * @param bucket signs links to the bucket; null where there is none
     */
    ReportLinks(
            KnownScans scans, LinkKeys keys, @Nullable BucketLinks bucket, InstantSource clock) {
        this.scans = scans;
        this.keys = keys;
        this.bucket = bucket;
        this.clock = clock;
    }

    /**
     * A link that was made.
     *
     * @param address its address, perhaps only the path of it
     * @param servedBy who answers there
     */
    record Made(String scanId, URI address, Instant until, String servedBy) {}

    /**
     * Makes a link to a report.
     *
     * @param id the scan as the client wrote it
     * @throws ProblemException not-found or conflict, as for the report itself
     */
    Made make(String client, String id, NewLink wanted) {
        KnownScans.Stored stored = scans.stored(client, id);
        Instant until = clock.instant().truncatedTo(ChronoUnit.SECONDS).plus(wanted.life());
        Optional<BucketPlace> place = place(stored.files(), wanted.format());
        if (bucket != null && place.isPresent()) {
            return new Made(
                    stored.scanId(), sign(bucket, place.get(), stored, wanted), until, "s3");
        }
        var link = new SignedLink(client, stored.scanId(), wanted.format(), until);
        return new Made(
                stored.scanId(),
                URI.create(PATH + link.word(keys.findOrMake(client))),
                until,
                "gateway");
    }

    private Optional<BucketPlace> place(ScanStatus.ReportFiles files, ReportFormat format) {
        if (bucket == null) {
            return Optional.empty();
        }
        String written =
                switch (format) {
                    case HTML -> files.html();
                    case JSON -> files.json();
                    default -> null;
                };
        return Optional.ofNullable(written)
                .flatMap(BucketPlace::read)
                .filter(place -> place.bucket().equals(bucket.bucket()));
    }

    private static URI sign(
            BucketLinks bucket, BucketPlace place, KnownScans.Stored stored, NewLink wanted) {
        try {
            return bucket.sign(
                    place,
                    wanted.life(),
                    "%s; filename=\"stepfree-scan-%s.%s\""
                            .formatted(
                                    wanted.format() == ReportFormat.HTML ? "inline" : "attachment",
                                    stored.scanId(),
                                    wanted.format().extension()));
        } catch (BucketException e) {
            log.warn("a link to {} cannot be signed: {}", place, e.getMessage());
            throw new ProblemException(
                    ProblemType.UNAVAILABLE,
                    "No link can be signed now, as there are no credentials for the store of reports. The report itself can be read all the same.");
        }
    }

    /**
     * What a link of the gateway leads to.
     *
     * @param word what comes after {@link #PATH}
     * @throws ProblemException not-found when it is damaged, was ended or has expired
     */
    SignedLink follow(String word) {
        SignedLink link =
                SignedLink.read(word, keys::find)
                        .orElseThrow(() ->
                                new ProblemException(
                                        ProblemType.NOT_FOUND,
                                        "This link leads nowhere: a part of it is missing, or all links of its client were ended. Ask whoever gave it to you for another."));
        if (!clock.instant().isBefore(link.until())) {
            throw new ProblemException(
                    ProblemType.NOT_FOUND,
                    "This link has expired at %s. Ask whoever gave it to you for another."
                            .formatted(link.until()));
        }
        return link;
    }

    /** Ends all links of a client that the gateway serves. */
    void endAll(String client) {
        keys.forget(client);
    }
}
