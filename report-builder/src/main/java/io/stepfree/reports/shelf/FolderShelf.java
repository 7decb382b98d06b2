package io.stepfree.reports.shelf;

import io.stepfree.reporting.document.ReportDocument;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Keeps reports in a folder: {@code <directory>/<day of completion, UTC>/<scan
 * id>/report.<hash>.html} and {@code report.<hash>.json}, and the encoded forms of the page beside
 * it.
 *
 * <p>A file is there whole or not at all, also after a power cut: it is written beside its place,
 * flushed to the disk and then linked to its name, which fails when there is one. Thread-safe.
 */
public final class FolderShelf implements ReportShelf {

    private static final Pattern DAY = Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}");
    private static final String PART = ".part";

    /** More than are written to in the lifetime of a process, unless clocks are wrong. */
    private static final int MOST_DAYS = 1_000;

    private final Path directory;
    private final ReportPrint print;
    private final FolderFlushes flushes = new FolderFlushes();

    /** The days whose folders are on the disk. */
    private final Set<Path> days = ConcurrentHashMap.newKeySet();

    private volatile boolean links = true;

    /**
     * @param directory where reports are kept
     * @param print makes the files
     */
    public FolderShelf(Path directory, ReportPrint print) {
        this.directory = directory.toAbsolutePath().normalize();
        this.print = print;
    }

    /**
     * Makes the directory when it is not there, and sees whether it can be written to.
     *
     * @throws ReportDirectoryException when it cannot
     */
    public void prepare() {
        try {
            Files.createDirectories(directory);
            Path probe = Files.createTempFile(directory, ".writable-", null);
            Path linked = probe.resolveSibling(probe.getFileName() + ".link");
            try {
                Files.createLink(linked, probe);
            } catch (IOException | UnsupportedOperationException _) {
                // Such as a share of Windows.
                links = false;
            } finally {
                Files.deleteIfExists(linked);
                Files.delete(probe);
            }
        } catch (IOException refused) {
            throw new ReportDirectoryException(directory, refused);
        }
    }

    @Override
    public Places write(ReportDocument document) throws IOException {
        ReportFile.Set files = print.of(document);
        Path day =
                directory.resolve(
                        LocalDate.ofInstant(document.completedAt(), ZoneOffset.UTC).toString());
        Path folder = day.resolve(ScanFolder.of(document.scanId()));
        Files.createDirectories(day);
        try {
            Files.createDirectory(folder);
        } catch (FileAlreadyExistsException _) {
            removeParts(folder);
        }
        for (ReportFile file : files.all()) {
            put(folder.resolve(file.name()), file.content());
        }
        FolderFlushes.flushAlone(folder);
        flushes.flush(day);
        flushAbove(day);
        return new Places(
                folder.resolve(files.page().name()).toString(),
                folder.resolve(files.document().name()).toString());
    }

    /* A crash has left them; whoever still writes one has to begin anew. */
    private static void removeParts(Path folder) throws IOException {
        try (var parts = Files.newDirectoryStream(folder, "*" + PART)) {
            for (Path part : parts) {
                Files.deleteIfExists(part);
            }
        }
    }

    private void put(Path place, byte[] content) throws IOException {
        // Of a name of its own, as another instance may write the same at the same time.
        Path part = place.resolveSibling(place.getFileName() + "." + UUID.randomUUID() + PART);
        try {
            try (var channel =
                    FileChannel.open(
                            part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                var bytes = ByteBuffer.wrap(content);
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            name(part, place);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    /** Gives what was written its name, unless there is one of it. */
    private void name(Path part, Path place) throws IOException {
        try {
            if (links) {
                Files.createLink(place, part);
                return;
            }
            if (!Files.exists(place)) {
                Files.move(part, place, StandardCopyOption.ATOMIC_MOVE);
                return;
            }
        } catch (FileAlreadyExistsException _) {
            // Looked at below.
        }
        if (Files.mismatch(part, place) >= 0) {
            throw new IOException(
                    "%s is not what is to be written there, and is left as it is: it was changed or is damaged. Delete it, and it is written anew."
                            .formatted(place));
        }
    }

    /* Once for each day: only its name is in there. */
    private void flushAbove(Path day) throws IOException {
        if (!days.contains(day)) {
            flushes.flush(directory);
            if (days.size() >= MOST_DAYS) {
                days.clear();
            }
            days.add(day);
        }
    }

    @Override
    public long remove(Map<String, Places> reports) throws IOException {
        long gone = 0;
        for (Map.Entry<String, Places> report : reports.entrySet()) {
            Places places = report.getValue();
            for (String place : List.of(places.html(), places.json())) {
                gone += remove(ScanFolder.of(report.getKey()), Path.of(place));
            }
        }
        return gone;
    }

    private int remove(String name, Path file) throws IOException {
        Path folder = file.getParent();
        if (folder == null
                || !name.equals(String.valueOf(folder.getFileName()))
                || !ReportFile.isNamedLikeOne(String.valueOf(file.getFileName()))) {
            return 0;
        }
        if (Files.isDirectory(folder)) {
            removeFiles(folder);
        }
        return 1;
    }

    private void removeFiles(Path folder) throws IOException {
        try (var files =
                Files.newDirectoryStream(
                        folder,
                        file -> ReportFile.isNamedLikeOne(String.valueOf(file.getFileName())))) {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
        }
        removeIfEmpty(folder);
        flushLowest(folder);
    }

    @Override
    public long removeAll(Set<String> scanIds) throws IOException {
        long gone = 0;
        for (Path file : filesOf(scanIds)) {
            Files.deleteIfExists(file);
            gone++;
            Path folder = Objects.requireNonNull(file.getParent());
            removeIfEmpty(folder);
            flushLowest(folder);
        }
        return gone;
    }

    @Override
    public long count(Set<String> scanIds) throws IOException {
        return filesOf(scanIds).size();
    }

    private List<Path> filesOf(Set<String> scanIds) throws IOException {
        var found = new ArrayList<Path>();
        if (scanIds.isEmpty() || !Files.isDirectory(directory)) {
            return found;
        }
        var names = scanIds.stream().map(ScanFolder::of).collect(Collectors.toSet());
        try (var days = Files.newDirectoryStream(directory, Files::isDirectory)) {
            for (Path day : days) {
                try (var folders =
                        Files.newDirectoryStream(
                                day,
                                folder -> names.contains(String.valueOf(folder.getFileName())))) {
                    for (Path folder : folders) {
                        try (var files = Files.list(folder)) {
                            files.forEach(found::add);
                        }
                    }
                }
            }
        }
        return found;
    }

    /** And the one of its day with it, when it was the last. */
    private void removeIfEmpty(Path folder) throws IOException {
        try {
            Files.deleteIfExists(folder);
            Path day = folder.getParent();
            if (day != null && DAY.matcher(String.valueOf(day.getFileName())).matches()) {
                // Before it goes: whoever makes it again has to flush what it is in.
                days.remove(day);
                Files.deleteIfExists(day);
            }
        } catch (DirectoryNotEmptyException _) {
            // There is another report in it.
        }
    }

    /** What was removed is gone for good once the folder that is left is on the disk. */
    private static void flushLowest(Path folder) throws IOException {
        for (Path level = folder; level != null; level = level.getParent()) {
            if (Files.isDirectory(level)) {
                FolderFlushes.flushAlone(level);
                return;
            }
        }
    }
}
