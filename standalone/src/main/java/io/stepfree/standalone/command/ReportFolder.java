package io.stepfree.standalone.command;

import io.stepfree.standalone.client.ScanView;
import io.stepfree.standalone.machine.MachineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/** Where the reports of a machine go that does not stay. */
final class ReportFolder {

    /** In the current folder. */
    static final String DEFAULT = "stepfree-reports";

    private ReportFolder() {}

    /** Of a page's own report, as seen from the folder that it is in; empty where there is none. */
    static String address(String id, List<ScanView> scans, Path folder) {
        return scans.stream()
                .filter(scan -> scan.id().equals(id))
                .map(ScanView::reportFiles)
                .filter(Objects::nonNull)
                .map(ScanView.ReportFiles::html)
                .filter(Objects::nonNull)
                .map(html -> folder.relativize(Path.of(html)).toString())
                .findFirst()
                .orElse("");
    }

    /** Makes the folder; throws {@link MachineException} when nothing can be written to it. */
    static Path prepare(Path folder) {
        try {
            Files.createDirectories(folder);
            Files.delete(Files.createTempFile(folder, ".writable-", null));
            return folder.toRealPath();
        } catch (IOException e) {
            throw new MachineException(
                    "Reports cannot be written to %s (%s); name another folder with --out."
                            .formatted(folder, e),
                    e);
        }
    }
}
