package io.stepfree.scheduler.site;

import io.stepfree.platform.site.SiteScope;
import io.stepfree.platform.site.WantedPaths;
import io.stepfree.schemas.scan.SiteCommand;
import io.stepfree.schemas.scan.SiteCommandKind;
import io.stepfree.schemas.scan.SiteRequest;
import io.stepfree.schemas.serde.UndecodableRecordException;
import io.stepfree.schemas.topic.Topics;
import java.util.UUID;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/**
 * Lets only commands through that this scheduler can carry out. Any other counts as undecodable and
 * so is kept byte for byte on {@code ops.unreadable}: a site that was accepted never vanishes.
 */
public final class UnderstoodSites implements Deserializer<SiteCommand> {

    private final Deserializer<SiteCommand> commands;

    public UnderstoodSites(Deserializer<SiteCommand> commands) {
        this.commands = commands;
    }

    @Override
    @SuppressWarnings("NullAway") // Kafka's interface: a null value is a tombstone and stays one.
    public SiteCommand deserialize(String topic, byte @Nullable [] bytes) {
        SiteCommand command = commands.deserialize(topic, bytes);
        if (command == null) {
            return null;
        }
        if (command.getKind() == SiteCommandKind.UNKNOWN) {
            throw refused(command, "is a command of a kind that this scheduler does not know");
        }
        if (command.getKind() == SiteCommandKind.SUBMIT && !isWhole(command.getRequest())) {
            throw refused(command, "submits a site without a request, or with one that is wrong");
        }
        return command;
    }

    private static boolean isWhole(@Nullable SiteRequest request) {
        try {
            if (request == null
                    || request.getPage().getBatchId() == null
                    || SiteScope.of(request.getStart()).isEmpty()) {
                return false;
            }
            UUID.fromString(request.getSiteId());
            WantedPaths.of(request.getInclude(), request.getExclude());
            return true;
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    private static UndecodableRecordException refused(SiteCommand command, String why) {
        return new UndecodableRecordException(
                "a record of %s %s, for site %s"
                        .formatted(Topics.SITE_COMMANDS.name(), why, command.getSiteId()));
    }
}
