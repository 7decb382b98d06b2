package io.stepfree.reports.shelf;

import io.stepfree.reporting.document.ReportDocument;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps reports in a folder: {@code <directory>/<day of completion, UTC>/<scan
 * id>/report.<hash>.html} and {@code report.<hash>.json}, and the encoded forms of the page beside
 * it.
 *
 * <p>A file is there whole or not at all, whatever becomes of the process: it is written beside its
 * place and then linked to its name, which fails when there is one. Several instances may write to
 * the same folder. Thread-safe.
 */
public final class FolderShelf implements ReportShelf {

    private static final Pattern DAY = Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}");
    private static final String PART = ".part";

    /** Nobody writes at a file for so long: what is older was left by a crash. */
    private static final Duration LEFT = Duration.ofMinutes(10);

    /** Others may take away an empty folder just when it was made; they do not win each time. */
    private static final int TRIES = 5;

    private static final Logger log = LoggerFactory.getLogger(FolderShelf.class);

    private final Path directory;
    private final ReportPrint print;
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
    public Places write(ReportDocument document, String json) throws IOException {
        ReportFile.Set files = print.of(document, json);
        Path day =
                directory.resolve(
                        LocalDate.ofInstant(document.completedAt(), ZoneOffset.UTC).toString());
        Path folder = day.resolve(ScanFolder.of(document.scanId()));
        for (int more = TRIES - 1; ; more--) {
            try {
                write(files, day, folder);
                return new Places(
                        folder.resolve(files.page().name()).toString(),
                        folder.resolve(files.document().name()).toString());
            } catch (NoSuchFileException e) {
                if (more == 0) {
                    throw e;
                }
            }
        }
    }

    private void write(ReportFile.Set files, Path day, Path folder) throws IOException {
        Files.createDirectories(day);
        try {
            Files.createDirectory(folder);
        } catch (FileAlreadyExistsException _) {
            removeParts(folder);
        }
        for (ReportFile file : files.all()) {
            put(folder.resolve(file.name()), file);
        }
    }

    /* A crash has left them; what is younger another instance may be writing. */
    private static void removeParts(Path folder) throws IOException {
        Instant before = Instant.now().minus(LEFT);
        try (var parts = Files.newDirectoryStream(folder, "*" + PART)) {
            for (Path part : parts) {
                if (Files.getLastModifiedTime(part).toInstant().isBefore(before)) {
                    Files.deleteIfExists(part);
                }
            }
        }
    }

    private void put(Path place, ReportFile file) throws IOException {
        // Of a name of its own, as another instance may write the same at the same time.
        Path part = place.resolveSibling(place.getFileName() + "." + UUID.randomUUID() + PART);
        try {
            try (var channel =
                    FileChannel.open(
                            part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                var bytes = ByteBuffer.wrap(file.content());
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
            }
            name(part, place, file);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    /** Gives what was written its name, unless what has it says the same. */
    private void name(Path part, Path place, ReportFile file) throws IOException {
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
        if (Files.mismatch(part, place) >= 0 && !file.isSaidBy(Files.readAllBytes(place))) {
            log.warn(
                    "{} was not what its name says: it was changed or damaged, and is written anew",
                    place);
            Files.move(part, place, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    @Override
    public Set<String> flush(Map<String, Places> reports) throws IOException {
        var lost = new HashSet<String>();
        var above = new LinkedHashSet<Path>();
        for (Map.Entry<String, Places> report : reports.entrySet()) {
            Path folder = folder(report.getValue());
            if (isFlushed(report.getValue(), folder)) {
                Path day = Objects.requireNonNull(folder.getParent());
                above.add(day);
                above.add(Objects.requireNonNull(day.getParent()));
            } else {
                lost.add(report.getKey());
            }
        }
        for (Path level : above) {
            flushLowest(level);
        }
        return lost;
    }

    private boolean isFlushed(Places places, Path folder) throws IOException {
        boolean taken = true;
        try {
            for (Path file : files(places)) {
                taken &= isTaken(file);
            }
            flush(folder);
        } catch (NoSuchFileException _) {
            return false;
        }
        return taken;
    }

    /*
     * After a flush that failed the next one may succeed with nothing on the disk, and what reads the
     * file meanwhile finds it whole. So it goes, and is made again.
     */
    private static boolean isTaken(Path file) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
            try {
                channel.force(true);
                return true;
            } catch (IOException e) {
                log.warn("the disk did not take {}: {}", file, e.toString());
                Files.deleteIfExists(file);
                return false;
            }
        }
    }

    private static void flush(Path folder) throws IOException {
        try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /**
     * The files of a report, encoded ones also where none would be written today.
     *
     * @throws NoSuchFileException when one that would be written is not there
     */
    private List<Path> files(Places places) throws NoSuchFileException {
        var files = new ArrayList<Path>();
        for (Encoding encoding : Encoding.values()) {
            Path file = Path.of(places.html() + encoding.ending());
            if (Files.exists(file)) {
                files.add(file);
            } else if (print.has(encoding)) {
                throw new NoSuchFileException(file.toString());
            }
        }
        files.add(Path.of(places.html()));
        files.add(Path.of(places.json()));
        return files;
    }

    private static Path folder(Places places) {
        return Objects.requireNonNull(Path.of(places.html()).getParent());
    }

    @Override
    public Set<String> damaged(Map<String, Places> reports) {
        var damaged = new HashSet<String>();
        for (Map.Entry<String, Places> report : reports.entrySet()) {
            try {
                if (!isWhole(report.getValue())) {
                    damaged.add(report.getKey());
                }
            } catch (IOException _) {
                // What cannot be read is of no use, whatever it says.
                damaged.add(report.getKey());
            }
        }
        return damaged;
    }

    private boolean isWhole(Places places) throws IOException {
        Path page = Path.of(places.html());
        byte[] html = Files.readAllBytes(page);
        ReportFile.Set files = print.of(html, Files.readAllBytes(Path.of(places.json())));
        if (!page.endsWith(files.page().name())
                || !Path.of(places.json()).endsWith(files.document().name())) {
            return false;
        }
        for (Path file : files(places)) {
            for (Encoding encoding : Encoding.values()) {
                if (file.toString().endsWith(encoding.ending())
                        && encoding.available()
                        && !files.page().in(encoding).isSaidBy(Files.readAllBytes(file))) {
                    return false;
                }
            }
        }
        return true;
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
                Files.deleteIfExists(day);
            }
        } catch (DirectoryNotEmptyException _) {
            // There is another report in it.
        }
    }

    /** What was removed is gone for good once the folder that is left is on the disk. */
    private static void flushLowest(Path folder) throws IOException {
        for (Path level = folder; level != null; level = level.getParent()) {
            try {
                flush(level);
                return;
            } catch (NoSuchFileException _) {
                // It went with what was in it, or another instance took it away just now.
            }
        }
    }
}
