package io.stepfree.standalone.machine;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/**
 * PostgreSQL's programs, unpacked from zonky's jar at the first start and kept for later ones.
 *
 * <p>They are run directly and not through zonky's {@code EmbeddedPostgres}, whose shutdown hook
 * ends the server at the same time as its clients and not after them.
 */
public final class PostgresBinaries {

    private static final String ARCHIVE = "/postgres-linux-x86_64.txz";

    private final Path folder;

    private PostgresBinaries(Path folder) {
        this.folder = folder;
    }

    /**
     * Finds or unpacks them: beside the installation, or in the home where that cannot be written.
     */
    public static PostgresBinaries of(Installation installation, Home home) {
        var archive = PostgresBinaries.class.getResource(ARCHIVE);
        if (archive == null || !System.getProperty("os.arch").equals("amd64")) {
            throw new MachineException(
                    "The bundled PostgreSQL runs on Linux on amd64 only, and this is %s on %s; run the services against your own PostgreSQL instead."
                            .formatted(
                                    System.getProperty("os.name"), System.getProperty("os.arch")));
        }
        try {
            var name = folderName(archive);
            var beside = installation.folder().resolve(name);
            if (Files.isDirectory(beside)) {
                return new PostgresBinaries(beside);
            }
            var parent =
                    Files.isWritable(installation.folder()) ? installation.folder() : home.folder();
            var target = parent.resolve(name);
            if (!Files.isDirectory(target)) {
                unpack(archive, target);
            }
            return new PostgresBinaries(target);
        } catch (IOException e) {
            throw new MachineException(
                    "PostgreSQL's programs cannot be unpacked (%s).".formatted(e), e);
        }
    }

    /** The path of one of its programs, such as {@code postgres}. */
    public Path program(String name) {
        return folder.resolve("bin").resolve(name);
    }

    /** The jar's own name carries the version, so that a newer one is unpacked anew. */
    private static String folderName(URL archive) throws IOException {
        var jar = ((JarURLConnection) archive.openConnection()).getJarFileURL().getPath();
        return "postgresql-" + jar.replaceAll(".*-(\\d[\\d.]*)\\.jar", "$1");
    }

    private static void unpack(URL archive, Path target) throws IOException {
        var fresh = Files.createTempDirectory(target.getParent(), "unpacking-");
        Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rwxr-xr-x"));
        try (var tar =
                new TarArchiveInputStream(
                        new XZInputStream(new BufferedInputStream(archive.openStream())))) {
            for (var entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                var path = fresh.resolve(entry.getName()).normalize();
                if (!path.startsWith(fresh)) {
                    throw new IOException("%s leads out of the archive".formatted(entry.getName()));
                }
                Files.createDirectories(entry.isDirectory() ? path : path.getParent());
                if (entry.isSymbolicLink()) {
                    Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
                } else if (entry.isFile()) {
                    Files.copy(tar, path);
                    var runnable = (entry.getMode() & 0100) != 0;
                    Files.setPosixFilePermissions(
                            path,
                            PosixFilePermissions.fromString(runnable ? "rwxr-xr-x" : "rw-r--r--"));
                }
            }
        }
        try {
            Files.move(fresh, target);
        } catch (FileSystemException e) {
            // Another start was quicker; its copy is the same.
            Home.delete(fresh);
            if (!Files.isDirectory(target)) {
                throw e;
            }
        }
    }
}
