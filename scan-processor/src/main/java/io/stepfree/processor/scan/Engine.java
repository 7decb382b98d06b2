package io.stepfree.processor.scan;

import io.stepfree.processor.browser.CdpException;
import io.stepfree.processor.browser.CdpSession;
import io.stepfree.schemas.scan.FailureType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Runs axe-core on a loaded page. The engine lives in an isolated world of each frame, so that a
 * page that overrides Promise or freezes window.axe gets the same verdict as any other. Frames are
 * checked one by one and put together in the top one, because axe's own way, messages between
 * windows, is the page's to disturb.
 *
 * <p>Thread-safe.
 */
final class Engine {

    private static final String WORLD = "stepfree";
    private static final int MOST_FRAMES = 50;
    private static final int LONGEST_TEXT = 2_000;

    /**
     * In characters, of one frame and of the whole page; escaped once more by the browser it still
     * fits in a message of the connection.
     */
    private static final int LONGEST_ANSWER = 4_000_000;

    private static final int MOST_TEXT_OF_FRAMES = 16_000_000;

    private final String script = read("/axe/axe.min.js") + "\n;" + read("engine.js") + "\n;0";
    private final JsonMapper mapper;
    private final int nodesPerRule;

    /** An isolated world of one frame. */
    private record World(CdpSession session, int contextId) {}

    /** What the engine found, with the frames it could not look into. */
    record Verdict(JsonNode results, List<String> warnings) {}

    Engine(JsonMapper mapper, int nodesPerRule) {
        this.mapper = mapper;
        this.nodesPerRule = nodesPerRule;
    }

    /** One page under the engine. */
    final class Examination {

        private final PageWatch watch;
        private final Deadline deadline;
        private final String options;
        private final World top;
        private final List<@Nullable String> partials = new ArrayList<>();
        private final List<String> warnings = new ArrayList<>();
        private int room = MOST_TEXT_OF_FRAMES;

        private Examination(CdpSession page, PageWatch watch, List<String> tags, Deadline deadline)
                throws CdpException, ScanFailedException, InterruptedException {
            this.watch = watch;
            this.deadline = deadline;
            this.options =
                    mapper.writeValueAsString(
                            Map.of(
                                    "runOnly",
                                    Map.of("type", "tag", "values", tags),
                                    "resultTypes",
                                    List.of("violations", "incomplete"),
                                    "elementRef",
                                    false));
            this.top = world(page, page.targetId(), deadline);
            evaluate(top, script, deadline);
        }

        /**
         * Address, title, language and whether there is anything to see, as the page shows them
         * now.
         */
        JsonNode facts() throws CdpException, ScanFailedException, InterruptedException {
            return json(evaluate(top, "stepfree.facts()", deadline));
        }

        Verdict run() throws CdpException, ScanFailedException, InterruptedException {
            checkFrames(
                    top,
                    json(
                            evaluate(
                                    top,
                                    "stepfree.check(null, %s, null)".formatted(options),
                                    deadline)));
            String limits =
                    mapper.writeValueAsString(
                            Map.of(
                                    "nodes",
                                    nodesPerRule,
                                    "text",
                                    LONGEST_TEXT,
                                    "answer",
                                    LONGEST_ANSWER));
            JsonNode results =
                    json(
                            evaluate(
                                    top,
                                    "stepfree.finish(%s, %s, %s)"
                                            .formatted(
                                                    mapper.writeValueAsString(partials),
                                                    options,
                                                    limits),
                                    deadline));
            int nodesShown = results.path("nodesShown").asInt();
            if (nodesShown < nodesPerRule) {
                warnings.addFirst(
                        "So much was found that at most %d elements per rule are shown; the counts are complete"
                                .formatted(nodesShown));
            }
            return new Verdict(results, List.copyOf(warnings));
        }

        private void checkFrames(World parent, JsonNode checked)
                throws CdpException, ScanFailedException, InterruptedException {
            JsonNode frames = checked.path("frames");
            int expected = checked.path("expected").asInt();
            if (frames.size() != expected) {
                // The page has just added or removed one, so that nobody can say which is which.
                warnings.add(
                        "%d frames were not scanned, because the page was changing them"
                                .formatted(expected));
                partials.addAll(java.util.Collections.nCopies(expected, null));
                return;
            }
            for (int i = 0; i < expected; i++) {
                checkFrame(parent, i, mapper.writeValueAsString(frames.get(i)));
            }
        }

        private void checkFrame(World parent, int index, String context)
                throws CdpException, ScanFailedException, InterruptedException {
            String address =
                    evaluate(parent, "stepfree.frameAddress(%d)".formatted(index), deadline)
                            .asString("");
            if (partials.size() >= MOST_FRAMES) {
                skip(address, "the page has more than %d frames".formatted(MOST_FRAMES));
                return;
            }
            // A frame may hang by itself; the page around it is still worth its scan.
            Deadline patience = deadline.within(deadline.left().dividedBy(2));
            World frame;
            JsonNode checked;
            try {
                Optional<World> found = frameWorld(parent, index, patience);
                if (found.isEmpty()) {
                    skip(address, "it cannot be reached");
                    return;
                }
                frame = found.get();
                String shown = evaluate(frame, "location.href", patience).asString("");
                if (shown.startsWith("chrome-error:")
                        || (shown.equals("about:blank") && address.startsWith("http"))) {
                    skip(address, "it did not load");
                    return;
                }
                evaluate(frame, script, patience);
                checked =
                        json(
                                evaluate(
                                        frame,
                                        "stepfree.check(%s, %s, %d)"
                                                .formatted(
                                                        context,
                                                        options,
                                                        Math.min(LONGEST_ANSWER, room)),
                                        patience));
            } catch (CdpException.NoAnswer e) {
                if (deadline.hasPassed()) {
                    throw e;
                }
                skip(address, "it does not answer");
                return;
            } catch (CdpException.Refused
                    | CdpException.TargetClosed
                    | CdpException.TargetCrashed e) {
                if (parent.session().isEnded()) {
                    throw e;
                }
                skip(address, e.getMessage());
                return;
            } catch (ScanFailedException e) {
                skip(address, e.getMessage());
                return;
            }
            if (checked.path("tooLarge").asBoolean()) {
                skip(address, "what was found in it is too much to keep");
                return;
            }
            String partial = checked.path("partial").asString();
            room -= partial.length();
            partials.add(partial);
            checkFrames(frame, checked);
        }

        private void skip(String address, @Nullable String why) {
            partials.add(null);
            warnings.add("The frame %s was not scanned: %s".formatted(address, why));
        }

        private Optional<World> frameWorld(World parent, int index, Deadline patience)
                throws CdpException, InterruptedException {
            JsonNode element =
                    parent.session()
                            .call(
                                    "Runtime.evaluate",
                                    Map.of(
                                            "expression",
                                            "stepfree.frameElement(%d)".formatted(index),
                                            "contextId",
                                            parent.contextId()),
                                    patience.left());
            String object = element.path("result").path("objectId").asString("");
            if (object.isEmpty()) {
                return Optional.empty();
            }
            String frameId =
                    parent.session()
                            .call("DOM.describeNode", Map.of("objectId", object), patience.left())
                            .path("node")
                            .path("frameId")
                            .asString("");
            if (frameId.isEmpty()) {
                return Optional.empty();
            }
            CdpSession session = watch.frameSession(frameId).orElse(parent.session());
            return Optional.of(world(session, frameId, patience));
        }
    }

    /** Puts the engine into the page. */
    Examination examine(CdpSession page, PageWatch watch, List<String> tags, Deadline deadline)
            throws CdpException, ScanFailedException, InterruptedException {
        return new Examination(page, watch, tags, deadline);
    }

    private static World world(CdpSession session, String frameId, Deadline deadline)
            throws CdpException, InterruptedException {
        return new World(
                session,
                session.call(
                                "Page.createIsolatedWorld",
                                Map.of("frameId", frameId, "worldName", WORLD),
                                deadline.left())
                        .path("executionContextId")
                        .asInt());
    }

    private static JsonNode evaluate(World world, String expression, Deadline deadline)
            throws CdpException, ScanFailedException, InterruptedException {
        var parameters = new HashMap<String, Object>();
        parameters.put("expression", expression);
        parameters.put("contextId", world.contextId());
        parameters.put("awaitPromise", true);
        parameters.put("returnByValue", true);
        JsonNode answer = world.session().call("Runtime.evaluate", parameters, deadline.left());
        JsonNode thrown = answer.path("exceptionDetails");
        if (!thrown.isMissingNode()) {
            String description = thrown.path("exception").path("description").asString("");
            throw new ScanFailedException(
                    Failures.of(
                            FailureType.ENGINE_ERROR,
                            "The accessibility engine failed: "
                                    + (description.isEmpty()
                                            ? thrown.path("text").asString("no reason given")
                                            : description)));
        }
        return answer.path("result").path("value");
    }

    private JsonNode json(JsonNode text) throws ScanFailedException {
        if (!text.isString()) {
            throw new ScanFailedException(
                    Failures.of(
                            FailureType.ENGINE_ERROR,
                            "The accessibility engine gave no answer; the frame may not run scripts"));
        }
        return mapper.readTree(text.asString());
    }

    private static String read(String resource) {
        try (InputStream stream = Engine.class.getResourceAsStream(resource)) {
            if (stream == null) {
                throw new IllegalStateException(resource + " is not on the class path");
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
