package io.stepfree.platform.compression;

import com.aayushatharva.brotli4j.Brotli4jLoader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads the native part of Brotli. It has to lie in a file for that, which is gone again before
 * anything is encoded: left to itself the library keeps it until the process ends in order, and one
 * that is killed would leave a megabyte behind at each start.
 */
public final class BrotliLibrary {

    private static final Logger log = LoggerFactory.getLogger(BrotliLibrary.class);

    private static final String RESOURCE = "/lib/linux-x86_64/libbrotli.so";
    private static final String LOCATION = "brotli4j.library.path";

    private BrotliLibrary() {}

    /** Whether it is there now; a second call does nothing. */
    public static synchronized boolean load() {
        try (InputStream packed = Brotli4jLoader.class.getResourceAsStream(RESOURCE)) {
            if (packed != null && System.getProperty(LOCATION) == null) {
                Path file = Files.createTempFile("stepfree-brotli-", ".so");
                try {
                    Files.copy(packed, file, StandardCopyOption.REPLACE_EXISTING);
                    System.setProperty(LOCATION, file.toString());
                    return isAvailable();
                } finally {
                    Files.deleteIfExists(file);
                }
            }
        } catch (IOException e) {
            log.info("Brotli could not be unpacked: {}", e.toString());
        }
        return isAvailable();
    }

    private static boolean isAvailable() {
        boolean available = Brotli4jLoader.isAvailable();
        if (!available) {
            log.info(
                    "No Brotli on this machine ({}): nothing is encoded with it",
                    String.valueOf(Brotli4jLoader.getUnavailabilityCause()));
        }
        return available;
    }
}
