package io.stepfree.processor.scan;

import io.stepfree.processor.browser.CdpException;
import io.stepfree.processor.browser.CdpSession;
import io.stepfree.schemas.scan.Finding;
import io.stepfree.schemas.scan.FindingNode;
import io.stepfree.schemas.scan.Image;
import io.stepfree.schemas.scan.ScanOptions;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * Takes pictures of the page and of the elements that fail, small enough to travel in a record. For
 * one scan and one thread.
 */
final class PagePictures {

    private static final String MEDIA_TYPE = "image/webp";
    private static final int LARGEST_PAGE = 250_000;
    private static final int LARGEST_ELEMENT = 40_000;
    private static final int ALL_ELEMENTS = 300_000;
    private static final int MOST_ELEMENTS = 30;

    /** CSS pixels shown around an element. */
    private static final double MARGIN = 12;

    private static final double WIDEST = 800;
    private static final double HIGHEST = 400;

    private final CdpSession page;
    private final ScanOptions options;
    private final Deadline deadline;
    private final List<String> warnings = new ArrayList<>();
    private int elements;
    private int room = ALL_ELEMENTS;

    PagePictures(CdpSession page, ScanOptions options, Deadline deadline) {
        this.page = page;
        this.options = options;
        this.deadline = deadline;
    }

    /** What of it was not to be had; a sentence each. */
    List<String> warnings() {
        return List.copyOf(warnings);
    }

    /** What is in the viewport; with less detail where it would be too large. */
    Optional<Image> page() throws CdpException, InterruptedException {
        for (int quality : new int[] {75, 40, 10}) {
            byte[] data =
                    capture(Map.of("format", "webp", "quality", quality, "fromSurface", true));
            if (data.length <= LARGEST_PAGE) {
                return Optional.of(
                        image(
                                options.getViewportWidth() * options.getDeviceScaleFactor(),
                                options.getViewportHeight() * options.getDeviceScaleFactor(),
                                data));
            }
        }
        warnings.add("The picture of the page was too large to keep");
        return Optional.empty();
    }

    /** The findings with a picture of each element, as far as they fit. */
    List<Finding> withElements(List<Finding> findings, Engine.Examination examination)
            throws CdpException, ScanFailedException, InterruptedException {
        var pictured = new ArrayList<Finding>();
        for (Finding finding : findings) {
            var nodes = new ArrayList<FindingNode>();
            for (FindingNode node : finding.getNodes()) {
                nodes.add(withPicture(node, examination));
            }
            pictured.add(Finding.newBuilder(finding).setNodes(nodes).build());
        }
        return pictured;
    }

    private FindingNode withPicture(FindingNode node, Engine.Examination examination)
            throws CdpException, ScanFailedException, InterruptedException {
        // Elements in frames have no place on the page that could be told from here.
        if (elements >= MOST_ELEMENTS || node.getTarget().size() != 1) {
            return node;
        }
        Optional<JsonNode> box = examination.box(node.getTarget().getFirst());
        if (box.isEmpty()) {
            return node;
        }
        double width = Math.min(WIDEST, box.get().path("width").asDouble() + 2 * MARGIN);
        double height = Math.min(HIGHEST, box.get().path("height").asDouble() + 2 * MARGIN);
        double x = Math.max(0, box.get().path("x").asDouble() - MARGIN);
        double y = Math.max(0, box.get().path("y").asDouble() - MARGIN);
        var parameters = new HashMap<String, Object>();
        parameters.put("format", "webp");
        parameters.put("quality", 60);
        parameters.put("captureBeyondViewport", true);
        parameters.put(
                "clip", Map.of("x", x, "y", y, "width", width, "height", height, "scale", 1));
        byte[] data = capture(parameters);
        if (data.length == 0 || data.length > Math.min(LARGEST_ELEMENT, room)) {
            return node;
        }
        elements++;
        room -= data.length;
        return FindingNode.newBuilder(node)
                .setScreenshot(
                        image(
                                width * options.getDeviceScaleFactor(),
                                height * options.getDeviceScaleFactor(),
                                data))
                .build();
    }

    private byte[] capture(Map<String, ?> parameters) throws CdpException, InterruptedException {
        JsonNode answer = page.call("Page.captureScreenshot", parameters, deadline.left());
        return Base64.getDecoder().decode(answer.path("data").asString(""));
    }

    private static Image image(double width, double height, byte[] data) {
        return Image.newBuilder()
                .setMediaType(MEDIA_TYPE)
                .setWidth((int) Math.round(width))
                .setHeight((int) Math.round(height))
                .setData(ByteBuffer.wrap(data))
                .build();
    }
}
