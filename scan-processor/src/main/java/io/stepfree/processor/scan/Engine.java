package io.stepfree.processor.scan;

import io.stepfree.processor.browser.CdpException;
import io.stepfree.processor.browser.CdpSession;
import io.stepfree.schemas.scan.FailureType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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

    private static final String LINKS = Scripts.read("links.js");
    private static final String STRUCTURE = Scripts.read("structure.js");
    private static final String WORLD = "stepfree";
    private static final int MOST_FRAMES = 50;

    /** What one frame may take to tell of its closed shadow roots. */
    private static final Duration FRAME_LOOK = Duration.ofSeconds(2);

    /** Elements that are asked whether they have a closed shadow root. */
    private static final int MOST_HOSTS = 300;

    private static final int LONGEST_TEXT = 2_000;

    /**
     * In characters, of one frame and of the whole page; escaped once more by the browser it still
     * fits in a message of the connection.
     */
    private static final int LONGEST_ANSWER = 4_000_000;

    private static final int MOST_TEXT_OF_FRAMES = 16_000_000;

    private static final Pattern VERSION = Pattern.compile("^/\\*! axe v([0-9A-Za-z.+-]{1,50})");

    private final String axe = Scripts.read("/axe/axe.min.js");
    private final String script =
            String.join("\n;", axe, Scripts.read("thrift.js"), Scripts.read("engine.js"), "0");
    private final JsonMapper mapper;
    private final int nodesPerRule;

    /**
     * What the engine found.
     *
     * @param warnings the frames it could not look into
     * @param notes what was seen and counted, but is not told
     */
    record Verdict(JsonNode results, List<String> warnings, List<String> notes) {}

    /** A frame with the engine in it, and what the page around it calls it. */
    private record ScannedFrame(World world, String name) {}

    Engine(JsonMapper mapper, int nodesPerRule) {
        this.mapper = mapper;
        this.nodesPerRule = nodesPerRule;
    }

    /**
     * Name and version as the engine itself tells them with its results, for attempts that end
     * before it has any.
     */
    String identity() {
        Matcher version = VERSION.matcher(axe);
        if (!version.lookingAt()) {
            throw new IllegalStateException("/axe/axe.min.js does not begin with its version");
        }
        return "axe-core " + version.group(1);
    }

    /** One page under the engine. */
    final class Examination {

        private final PageWatch watch;
        private final Deadline deadline;
        private final String options;
        private final World top;
        private final List<@Nullable String> partials = new ArrayList<>();
        private final List<ScannedFrame> scanned = new ArrayList<>();
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
                                    false,
                                    "ancestry",
                                    true,
                                    // No rule that we run asks for the style sheets, which axe
                                    // would
                                    // fetch once more.
                                    "preload",
                                    Map.of("assets", List.of("media"))));
            this.top = World.of(page, page.targetId(), WORLD, deadline);
            top.evaluate(script, deadline);
        }

        /**
         * Address, title, language and whether there is anything to see, as the page shows them
         * now.
         */
        JsonNode facts() throws CdpException, ScanFailedException, InterruptedException {
            return json(top.evaluate("stepfree.facts()", deadline));
        }

        /** The page's links and its canonical address. */
        JsonNode links() throws CdpException, ScanFailedException, InterruptedException {
            return json(top.evaluate(LINKS, deadline));
        }

        /** How the page is built, as {@link Template} names it. */
        String structure() throws CdpException, ScanFailedException, InterruptedException {
            return json(top.evaluate(STRUCTURE, deadline)).path("structure").asString("");
        }

        /** The page's address now; the facts tell it too, but cost the browser more. */
        String address() throws CdpException, ScanFailedException, InterruptedException {
            return top.evaluate("location.href", deadline).asString("");
        }

        Verdict run() throws CdpException, ScanFailedException, InterruptedException {
            checkFrames(
                    top,
                    json(
                            top.evaluate(
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
                            top.evaluate(
                                    "stepfree.finish(%s, %s, %s)"
                                            .formatted(
                                                    mapper.writeValueAsString(partials),
                                                    options,
                                                    limits),
                                    deadline));
            int nodesShown = results.path("nodesShown").asInt();
            List<String> notes =
                    nodesShown < nodesPerRule
                            ? List.of(
                                    "So much was found that at most %d elements per rule are shown; the counts are complete"
                                            .formatted(nodesShown))
                            : List.of();
            return new Verdict(results, List.copyOf(warnings), notes);
        }

        /** Where an element of the page itself is; empty when it is not shown. */
        Optional<JsonNode> box(String target)
                throws CdpException, ScanFailedException, InterruptedException {
            JsonNode answer =
                    top.evaluate(
                            "stepfree.box(%s)".formatted(mapper.writeValueAsString(target)),
                            deadline);
            return answer.isString()
                    ? Optional.of(mapper.readTree(answer.asString()))
                    : Optional.empty();
        }

        /** A warning for each element that keeps its content in a closed shadow root. */
        List<String> closedShadowRoots()
                throws CdpException, ScanFailedException, InterruptedException {
            var found = new ArrayList<String>();
            int asked = closedShadowRoots(top, "", MOST_HOSTS, deadline, found);
            for (ScannedFrame frame : scanned) {
                Deadline patience = deadline.within(FRAME_LOOK);
                try {
                    asked +=
                            closedShadowRoots(
                                    frame.world(),
                                    " in the frame " + frame.name(),
                                    MOST_HOSTS - asked,
                                    patience,
                                    found);
                } catch (CdpException | ScanFailedException e) {
                    if (deadline.hasPassed() || top.session().isEnded()) {
                        throw e;
                    }
                    found.add(
                            "The frame %s may have closed shadow roots: it moved on or no longer answers"
                                    .formatted(frame.name()));
                }
            }
            if (asked > MOST_HOSTS) {
                found.add(
                        "More than %d elements may have a closed shadow root; the others were not asked"
                                .formatted(MOST_HOSTS));
            }
            return found;
        }

        /** Tells how many elements there were to ask, one more than the limit at most. */
        private int closedShadowRoots(
                World world, String where, int limit, Deadline patience, List<String> found)
                throws CdpException, ScanFailedException, InterruptedException {
            CdpSession session = world.session();
            String hosts =
                    world.reference(
                            "stepfree.hosts = stepfree.possibleHosts(%d)"
                                    .formatted(Math.max(limit, 0) + 1),
                            patience);
            if (hosts.isEmpty()) {
                return 0;
            }
            JsonNode members =
                    session.call(
                                    "Runtime.getProperties",
                                    Map.of("objectId", hosts, "ownProperties", true),
                                    patience.left())
                            .path("result");
            var asked = new LinkedHashMap<String, CompletableFuture<JsonNode>>();
            for (JsonNode member : members) {
                String host = member.path("value").path("objectId").asString("");
                if (!host.isEmpty() && member.path("name").asString("").matches("\\d+")) {
                    asked.put(
                            member.path("name").asString(),
                            session.send(
                                    "DOM.describeNode", Map.of("objectId", host, "pierce", true)));
                }
            }
            for (var host : asked.entrySet()) {
                JsonNode node =
                        CdpSession.await("DOM.describeNode", host.getValue(), patience.left())
                                .path("node");
                if ("closed"
                        .equals(
                                node.path("shadowRoots")
                                        .path(0)
                                        .path("shadowRootType")
                                        .asString(""))) {
                    String selector =
                            world.evaluate(
                                            "stepfree.selector(stepfree.hosts[%s])"
                                                    .formatted(host.getKey()),
                                            patience)
                                    .asString("");
                    found.add(
                            "What is inside %s%s was not scanned: it is in a closed shadow root, which nobody from outside can look into"
                                    .formatted(Text.cut(selector, 300), where));
                }
            }
            return asked.size();
        }

        private void checkFrames(World parent, JsonNode checked)
                throws CdpException, ScanFailedException, InterruptedException {
            JsonNode frames = checked.path("frames");
            int unmatched = checked.path("unmatched").asInt();
            if (unmatched > 0) {
                // Nobody can say which is which, and axe wants to hear of as many as it has met.
                warnings.add(
                        "%d frames were not scanned, because the engine met others than the page tells"
                                .formatted(unmatched));
                partials.addAll(Collections.nCopies(unmatched, null));
            }
            for (int i = 0; i < frames.size(); i++) {
                checkFrame(parent, i, mapper.writeValueAsString(frames.get(i)));
            }
            for (JsonNode frame : checked.path("added")) {
                warnings.add(
                        "The frame %s was not scanned: the page added it during the scan"
                                .formatted(frame.asString()));
            }
        }

        private void checkFrame(World parent, int index, String context)
                throws CdpException, ScanFailedException, InterruptedException {
            String name =
                    parent.evaluate("stepfree.frameName(%d)".formatted(index), deadline)
                            .asString("");
            if (partials.size() >= MOST_FRAMES) {
                skip(name, "the page has more than %d frames".formatted(MOST_FRAMES));
                return;
            }
            // A frame may hang by itself; the page around it is still worth its scan.
            Deadline patience = deadline.within(deadline.left().dividedBy(2));
            World frame;
            JsonNode checked;
            try {
                Optional<World> found = frameWorld(parent, index, patience);
                if (found.isEmpty()) {
                    skip(name, "the page took it out during the scan, or it cannot be reached");
                    return;
                }
                frame = found.get();
                String shown = frame.evaluate("location.href", patience).asString("");
                if (shown.startsWith("chrome-error:")
                        || (shown.equals("about:blank") && name.startsWith("http"))) {
                    skip(name, "it did not load");
                    return;
                }
                frame.evaluate(script, patience);
                checked =
                        json(
                                frame.evaluate(
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
                skip(name, "it does not answer");
                return;
            } catch (CdpException.Refused
                    | CdpException.TargetClosed
                    | CdpException.TargetCrashed e) {
                if (parent.session().isEnded()) {
                    throw e;
                }
                skip(name, e.getMessage());
                return;
            } catch (ScanFailedException e) {
                skip(name, e.getMessage());
                return;
            }
            if (checked.path("tooLarge").asBoolean()) {
                skip(name, "what was found in it is too much to keep");
                return;
            }
            String partial = checked.path("partial").asString();
            room -= partial.length();
            partials.add(partial);
            scanned.add(new ScannedFrame(frame, name));
            checkFrames(frame, checked);
        }

        private void skip(String name, @Nullable String why) {
            partials.add(null);
            warnings.add("The frame %s was not scanned: %s".formatted(name, why));
        }

        private Optional<World> frameWorld(World parent, int index, Deadline patience)
                throws CdpException, ScanFailedException, InterruptedException {
            String object =
                    parent.reference("stepfree.frameElement(%d)".formatted(index), patience);
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
            return Optional.of(World.of(session, frameId, WORLD, patience));
        }
    }

    /** Puts the engine into the page. */
    Examination examine(CdpSession page, PageWatch watch, List<String> tags, Deadline deadline)
            throws CdpException, ScanFailedException, InterruptedException {
        return new Examination(page, watch, tags, deadline);
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
}
