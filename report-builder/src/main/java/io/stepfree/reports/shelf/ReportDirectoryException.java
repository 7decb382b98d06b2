package io.stepfree.reports.shelf;

import io.stepfree.platform.boot.CannotStartException;
import java.io.IOException;
import java.nio.file.Path;

/**
 * The directory for reports cannot be used. The message is one sentence that names it and the
 * setting.
 */
public final class ReportDirectoryException extends CannotStartException {

    private static final long serialVersionUID = 1L;

    ReportDirectoryException(Path directory, IOException cause) {
        super(
                "Reports cannot be written to %s (%s): make it writable or set stepfree.reports.directory to another."
                        .formatted(directory, cause.getClass().getSimpleName()),
                cause);
    }
}
