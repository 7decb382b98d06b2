package io.stepfree.reports.shelf;

import io.stepfree.platform.bucket.BucketPlace;
import io.stepfree.reporting.document.ReportDocument;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The folder and the bucket as one: new reports go to the bucket where there is one, and each is
 * removed from where it was written. Thread-safe.
 */
public final class ReportShelves implements ReportShelf {

    private final ReportShelf folder;
    private final @Nullable ReportShelf bucket;

    /**
     * @param folder also where reports lie from before there was a bucket
     * @param bucket null where there is none
     */
    public ReportShelves(ReportShelf folder, @Nullable ReportShelf bucket) {
        this.folder = folder;
        this.bucket = bucket;
    }

    @Override
    public Places write(ReportDocument document) throws IOException {
        return (bucket == null ? folder : bucket).write(document);
    }

    @Override
    public long remove(Map<String, Places> reports) throws IOException {
        Map<String, Places> inFolder = new LinkedHashMap<>();
        Map<String, Places> inBucket = new LinkedHashMap<>();
        reports.forEach((scanId, places) ->
                (BucketPlace.read(places.html()).isPresent() ? inBucket : inFolder)
                        .put(scanId, places));
        if (bucket == null && !inBucket.isEmpty()) {
            throw new IOException(
                    "The report of scan %s lies at %s, and no S3 is set: set stepfree.reports.s3.bucket again, or nothing that lies there is deleted."
                            .formatted(
                                    inBucket.keySet().iterator().next(),
                                    inBucket.values().iterator().next().html()));
        }
        long gone = inFolder.isEmpty() ? 0 : folder.remove(inFolder);
        return bucket == null || inBucket.isEmpty() ? gone : gone + bucket.remove(inBucket);
    }

    @Override
    public long removeAll(Set<String> scanIds) throws IOException {
        long gone = folder.removeAll(scanIds);
        return bucket == null ? gone : gone + bucket.removeAll(scanIds);
    }

    @Override
    public long count(Set<String> scanIds) throws IOException {
        long there = folder.count(scanIds);
        return bucket == null ? there : there + bucket.count(scanIds);
    }
}
