package io.stepfree.standalone.command;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Which dead letters are replayed, and how. What is not given is left to the gateway. */
final class ReplayOptions {

    @Option(names = "--all", description = "Every dead letter that is dead.")
    private boolean all;

    private @Mixin DeadLetterFilterOptions filter = new DeadLetterFilterOptions();

    @Option(
            names = "--offsets",
            paramLabel = "P:FIRST-LAST",
            converter = OffsetSpan.Reader.class,
            description =
                    "Straight from the topic: what lies at these offsets of a partition, both ends included. May be given more than once.")
    private List<OffsetSpan> offsets = new ArrayList<>();

    @Option(
            names = "--written-from",
            paramLabel = "TIME",
            description = "Straight from the topic: what was written at this moment or later.")
    private @Nullable String writtenFrom;

    @Option(
            names = "--written-before",
            paramLabel = "TIME",
            description = "Straight from the topic: what was written before this moment.")
    private @Nullable String writtenBefore;

    @Option(names = "--dry-run", description = "Only tell what would go.")
    private boolean dryRun;

    @Option(
            names = "--canary",
            paramLabel = "SHARE",
            converter = Share.class,
            description =
                    "Send this share first, such as 10%%, and the rest only if enough of it succeeds.")
    private @Nullable Double canary;

    @Option(
            names = "--canary-success",
            paramLabel = "SHARE",
            converter = Share.class,
            description = "How much of the canary must end with a result; 80%% when not given.")
    private @Nullable Double canarySuccess;

    @Option(
            names = "--rate",
            paramLabel = "N",
            description = "How many go a second at most, from 0.1 to 100; 10 when not given.")
    private @Nullable Double rate;

    /** Whether any dead letters are chosen by these options. */
    boolean choose() {
        return all || byFilter() || byTopic();
    }

    /** Whether any of these options was given at all. */
    boolean any() {
        return choose() || dryRun || canary != null || canarySuccess != null || rate != null;
    }

    /** What contradicts itself; null when nothing does. */
    @Nullable String contradiction() {
        if (byTopic() && (all || byFilter())) {
            return "--offsets, --written-from and --written-before take dead letters straight from the topic; they cannot stand beside --all or a filter.";
        }
        if (!offsets.isEmpty() && (writtenFrom != null || writtenBefore != null)) {
            return "--offsets cannot stand beside --written-from or --written-before; give one of them.";
        }
        if (all && byFilter()) {
            return "--all cannot stand beside a filter; leave one of them out.";
        }
        if (canarySuccess != null && canary == null) {
            return "--canary-success needs --canary.";
        }
        return null;
    }

    /** The body that orders the replay. */
    ObjectNode document(String reason) {
        var document = JsonMapper.shared().createObjectNode();
        if (byTopic()) {
            document.set("span", span());
        } else {
            document.set("filter", filter());
        }
        if (dryRun) {
            document.put("dryRun", true);
        }
        if (canary != null) {
            var share = document.putObject("canary").put("share", canary);
            if (canarySuccess != null) {
                share.put("success", canarySuccess);
            }
        }
        if (rate != null) {
            document.put("rate", rate);
        }
        if (!reason.isEmpty()) {
            document.put("reason", reason);
        }
        return document;
    }

    private boolean byFilter() {
        return !filter.given().isEmpty();
    }

    private boolean byTopic() {
        return !offsets.isEmpty() || writtenFrom != null || writtenBefore != null;
    }

    private ObjectNode filter() {
        var chosen = JsonMapper.shared().createObjectNode();
        filter.given().forEach(chosen::put);
        return chosen;
    }

    private ObjectNode span() {
        var span = JsonMapper.shared().createObjectNode();
        if (!offsets.isEmpty()) {
            var list = span.putArray("offsets");
            for (var part : offsets) {
                list.addObject()
                        .put("partition", part.partition())
                        .put("from", part.first())
                        .put("to", part.last() + 1);
            }
        }
        put(span, "from", writtenFrom);
        put(span, "to", writtenBefore);
        return span;
    }

    private static void put(ObjectNode object, String name, @Nullable String value) {
        if (value != null) {
            object.put(name, value);
        }
    }
}
