package io.stepfree.reports.shelf;

import io.stepfree.platform.bucket.BucketPlace;
import io.stepfree.reporting.document.ReportDocument;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
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
    public Places write(ReportDocument document, String json) throws IOException {
        return (bucket == null ? folder : bucket).write(document, json);
    }

    @Override
    public Set<String> flush(Map<String, Places> reports) throws IOException {
        return folder.flush(inFolder(reports));
    }

    @Override
    public Set<String> damaged(Map<String, Places> reports) {
        return folder.damaged(inFolder(reports));
    }

    /* What S3 has taken, it has on its disks. */
    private static Map<String, Places> inFolder(Map<String, Places> reports) {
        var inFolder = new LinkedHashMap<String, Places>(reports);
        inFolder.values().removeIf(places -> BucketPlace.read(places.html()).isPresent());
        return inFolder;
    }

    @Override
    public long remove(Map<String, Places> reports) throws IOException {
        // Folder first; each bucket that reports were ever written to may be out of reach alone.
        Map<String, Map<String, Places>> byShelf = new TreeMap<>();
        reports.forEach((scanId, places) ->
                byShelf.computeIfAbsent(
                                BucketPlace.read(places.html()).map(BucketPlace::bucket).orElse(""),
                                _ -> new LinkedHashMap<>())
                        .put(scanId, places));
        long gone = 0;
        var left = new TreeMap<String, IOException>();
        for (Map.Entry<String, Map<String, Places>> some : byShelf.entrySet()) {
            try {
                gone +=
                        some.getKey().isEmpty()
                                ? folder.remove(some.getValue())
                                : removeFromBucket(some.getValue());
            } catch (IOException e) {
                left.put(some.getKey(), e);
            }
        }
        if (!left.isEmpty()) {
            throw new LeftReportsException(left);
        }
        return gone;
    }

    private long removeFromBucket(Map<String, Places> reports) throws IOException {
        if (bucket == null) {
            var one = reports.entrySet().iterator().next();
            throw new IOException(
                    "The report of scan %s lies at %s, and no S3 is set: set stepfree.reports.s3.bucket again, or nothing that lies there is deleted."
                            .formatted(one.getKey(), one.getValue().html()));
        }
        return bucket.remove(reports);
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
