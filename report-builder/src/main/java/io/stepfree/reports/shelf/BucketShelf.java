package io.stepfree.reports.shelf;

import io.stepfree.platform.bucket.Bucket;
import io.stepfree.platform.bucket.BucketException;
import io.stepfree.platform.bucket.BucketPlace;
import io.stepfree.reporting.document.ReportDocument;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;

/**
 * Keeps reports in a bucket of S3: {@code <prefix><scan id>/report.<hash>.html} and {@code
 * report.<hash>.json}, and the encoded forms of the page beside it. There is no day in a key, so
 * that all of a scan is found by one question. The files of a report are put at once. Thread-safe.
 */
public final class BucketShelf implements ReportShelf {

    /** How many questions to S3 are under way at once. */
    private static final int AT_ONCE = 64;

    private final Bucket bucket;
    private final ReportPrint print;
    private final ExecutorService threads =
            Executors.newThreadPerTaskExecutor(
                    Thread.ofVirtual().name("report-bucket-", 0).factory());
    private final Semaphore questions = new Semaphore(AT_ONCE);

    /**
     * @param print makes the files
     */
    public BucketShelf(Bucket bucket, ReportPrint print) {
        this.bucket = bucket;
        this.print = print;
    }

    @Override
    public Places write(ReportDocument document, String json) throws IOException {
        ReportFile.Set files = print.of(document, json);
        String folder = folder(document.scanId());
        all(
                files.all().stream()
                        .<Callable<Integer>>map(file ->
                                () -> {
                                    put(folder, file);
                                    return 1;
                                })
                        .toList());
        return new Places(place(folder, files.page()), place(folder, files.document()));
    }

    /** What S3 has taken, it has on its disks. */
    @Override
    public Set<String> flush(Map<String, Places> reports) {
        return Set.of();
    }

    @Override
    public Set<String> damaged(Map<String, Places> reports) {
        return Set.of();
    }

    private void put(String folder, ReportFile file) throws BucketException {
        Encoding encoding = file.encoding();
        bucket.putOnce(
                folder + file.name(),
                file.content(),
                new Bucket.Kind(file.mediaType(), encoding == null ? null : encoding.word()),
                file::isSaidBy);
    }

    private String place(String folder, ReportFile file) {
        return new BucketPlace(bucket.name(), folder + file.name()).toString();
    }

    private String folder(String scanId) {
        return bucket.prefix() + ScanFolder.of(scanId) + "/";
    }

    @Override
    public long remove(Map<String, Places> reports) throws IOException {
        long gone = 0;
        // The prefix may have been another one, and so may the bucket.
        Map<String, Set<String>> folders = new TreeMap<>();
        for (Map.Entry<String, Places> report : reports.entrySet()) {
            Places places = report.getValue();
            for (String written : List.of(places.html(), places.json())) {
                Optional<BucketPlace> place =
                        BucketPlace.read(written).filter(one -> isOf(report.getKey(), one));
                if (place.isPresent()) {
                    gone++;
                    folders.computeIfAbsent(place.get().bucket(), _ -> new TreeSet<>())
                            .add(place.get().folder());
                }
            }
        }
        for (Map.Entry<String, Set<String>> inBucket : folders.entrySet()) {
            bucket.delete(inBucket.getKey(), keys(inBucket.getKey(), inBucket.getValue()));
        }
        return gone;
    }

    private static boolean isOf(String scanId, BucketPlace place) {
        String folder = "/" + place.folder();
        return folder.endsWith("/" + ScanFolder.of(scanId) + "/")
                && ReportFile.isNamedLikeOne(place.name());
    }

    @Override
    public long removeAll(Set<String> scanIds) throws IOException {
        List<String> keys = keysOf(scanIds);
        bucket.delete(bucket.name(), keys);
        return keys.size();
    }

    @Override
    public long count(Set<String> scanIds) throws IOException {
        return keysOf(scanIds).size();
    }

    private List<String> keysOf(Set<String> scanIds) throws IOException {
        var folders = new TreeSet<String>();
        scanIds.forEach(scanId -> folders.add(folder(scanId)));
        return keys(bucket.name(), folders);
    }

    /** The keys of files of reports in these folders. */
    private List<String> keys(String name, Set<String> folders) throws IOException {
        var keys = new ArrayList<String>();
        List<Callable<List<String>>> lists = new ArrayList<>();
        for (String folder : folders) {
            lists.add(() ->
                    bucket.keys(name, folder).stream()
                            .filter(key ->
                                    ReportFile.isNamedLikeOne(key.substring(folder.length())))
                            .toList());
        }
        all(lists).forEach(keys::addAll);
        return keys;
    }

    /** The answers to all questions, in order; waits for all of them also when one fails. */
    private <T> List<T> all(List<Callable<T>> tasks) throws IOException {
        var answers = new ArrayList<T>();
        try {
            IOException failed = null;
            for (Future<T> answer : threads.invokeAll(tasks.stream().map(this::inTurn).toList())) {
                try {
                    answers.add(answer.get());
                } catch (ExecutionException e) {
                    failed = failure(Objects.requireNonNull(e.getCause()));
                }
            }
            if (failed != null) {
                throw failed;
            }
            return answers;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while S3 was asked", e);
        }
    }

    private <T> Callable<T> inTurn(Callable<T> task) {
        return () -> {
            questions.acquire();
            try {
                return task.call();
            } finally {
                questions.release();
            }
        };
    }

    private static IOException failure(Throwable cause) {
        return switch (cause) {
            case IOException failure -> failure;
            case RuntimeException bug -> throw bug;
            case Error fatal -> throw fatal;
            default -> new IOException(cause);
        };
    }
}
