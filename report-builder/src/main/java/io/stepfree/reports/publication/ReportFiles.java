package io.stepfree.reports.publication;

import io.stepfree.reporting.document.ReportDocument;
import io.stepfree.reporting.document.ReportJson;
import io.stepfree.reporting.page.HtmlPage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Keeps reports as files: {@code <directory>/<day of completion, UTC>/<scan id>/report.html} and
 * {@code report.json}.
 *
 * <p>A file is there whole or not at all, also after a power cut: it is written beside its place,
 * flushed to the disk and then moved. Name and content depend on the document alone, so writing
 * again is harmless, and so is removing again. Thread-safe for different scans.
 */
public final class ReportFiles {

    private static final Pattern SAFE_NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    private static final Pattern DAY = Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}");
    private static final String HTML = "report.html";
    private static final String JSON = "report.json";
    private static final Set<String> NAMES = Set.of(HTML, JSON);

    private final Path directory;
    private final HtmlPage page;

    /**
     * @param directory where reports are kept; made when it is not there
     * @param page renders the HTML
     * @throws ReportDirectoryException when the directory cannot be made or written to
     */
    public ReportFiles(Path directory, HtmlPage page) {
        this.directory = directory.toAbsolutePath().normalize();
        this.page = page;
        try {
            Files.createDirectories(this.directory);
            Files.delete(Files.createTempFile(this.directory, ".writable-", null));
        } catch (IOException refused) {
            throw new ReportDirectoryException(this.directory, refused);
        }
    }

    /** Where the two files of a report are, as absolute paths. */
    record Places(Path html, Path json) {}

    /**
     * Writes both files of a report, over any that are there.
     *
     * @throws IOException when the disk refuses; what was written before stays whole
     */
    Places write(ReportDocument document) throws IOException {
        var folder =
                directory
                        .resolve(
                                LocalDate.ofInstant(document.completedAt(), ZoneOffset.UTC)
                                        .toString())
                        .resolve(folderName(document.scanId()));
        Files.createDirectories(folder);
        var html = write(folder.resolve(HTML), page.render(document));
        var json = write(folder.resolve(JSON), ReportJson.write(document));
        flushFolders(folder);
        return new Places(html, json);
    }

    /**
     * Removes the two files of a report, and the folders that are empty then. Only what lies in a
     * folder of the scan and is named like a report is touched, wherever that is.
     *
     * @param html where the one was written
     * @param json where the other was
     * @return how many of the two are gone, also when they were before
     * @throws IOException when the disk refuses
     */
    public int remove(String scanId, Path html, Path json) throws IOException {
        int gone = 0;
        for (Path file : List.of(html, json)) {
            Path folder = file.getParent();
            if (folder == null
                    || !isNamed(folder, folderName(scanId))
                    || !NAMES.contains(String.valueOf(file.getFileName()))) {
                continue;
            }
            Files.deleteIfExists(part(file));
            Files.deleteIfExists(file);
            gone++;
            removeIfEmpty(folder);
        }
        if (gone > 0) {
            flushAbove(html);
        }
        return gone;
    }

    /**
     * Removes all that lies in the folders of these scans, whatever the day.
     *
     * @return how many files went
     * @throws IOException when the disk refuses
     */
    public long removeAll(Set<String> scanIds) throws IOException {
        long gone = 0;
        for (Path file : filesOf(scanIds)) {
            Files.deleteIfExists(file);
            gone++;
            removeIfEmpty(Objects.requireNonNull(file.getParent()));
            flushAbove(file);
        }
        return gone;
    }

    /**
     * Counts the files in the folders of these scans, whatever the day.
     *
     * @throws IOException when the disk refuses
     */
    public long count(Set<String> scanIds) throws IOException {
        return filesOf(scanIds).size();
    }

    private List<Path> filesOf(Set<String> scanIds) throws IOException {
        if (scanIds.isEmpty()) {
            return List.of();
        }
        var names = scanIds.stream().map(ReportFiles::folderName).collect(Collectors.toSet());
        var found = new ArrayList<Path>();
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
    private static void removeIfEmpty(Path folder) throws IOException {
        try {
            Files.deleteIfExists(folder);
            Path day = folder.getParent();
            if (day != null && DAY.matcher(String.valueOf(day.getFileName())).matches()) {
                Files.deleteIfExists(day);
            }
        } catch (DirectoryNotEmptyException _) {
            // There is another report in it.
        }
    }

    /** What was removed is gone for good once the folder that is left is on the disk. */
    private static void flushAbove(Path file) throws IOException {
        for (Path level = file.getParent(); level != null; level = level.getParent()) {
            if (Files.isDirectory(level)) {
                try (var channel = FileChannel.open(level, StandardOpenOption.READ)) {
                    channel.force(true);
                }
                return;
            }
        }
    }

    private static boolean isNamed(Path folder, String name) {
        return name.equals(String.valueOf(folder.getFileName()));
    }

    private static Path part(Path place) {
        return place.resolveSibling(place.getFileName() + ".part");
    }

    /**
     * The id itself when it can't lead out of the directory, as ours can't; otherwise a name
     * derived from it.
     */
    private static String folderName(String scanId) {
        return SAFE_NAME.matcher(scanId).matches()
                ? scanId
                : UUID.nameUUIDFromBytes(scanId.getBytes(StandardCharsets.UTF_8)).toString();
    }

    private static Path write(Path place, String content) throws IOException {
        var part = part(place);
        try (var channel =
                FileChannel.open(
                        part,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.TRUNCATE_EXISTING)) {
            var bytes = ByteBuffer.wrap(content.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        return Files.move(part, place, StandardCopyOption.ATOMIC_MOVE);
    }

    /** A move is durable only once the folder's own entry is on the disk, and its parents' too. */
    private void flushFolders(Path folder) throws IOException {
        for (Path level = folder;
                level != null && level.startsWith(directory);
                level = level.getParent()) {
            try (var channel = FileChannel.open(level, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }
}
