package io.stepfree.alerts.slack;

import io.stepfree.alerts.channel.Channel;
import io.stepfree.alerts.channel.Links;
import io.stepfree.alerts.channel.Message;
import io.stepfree.schemas.ops.Alert;
import java.net.URI;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.json.JsonMapper;

/** A Slack channel, by an incoming webhook. It is told of every alert. */
public final class SlackChannel implements Channel {

    /** docs.slack.dev, Sending messages using incoming webhooks, Handling errors: one word each. */
    private static final Set<String> DOCUMENTED =
            Set.of(
                    "action_prohibited",
                    "channel_is_archived",
                    "channel_not_found",
                    "invalid_blocks",
                    "invalid_payload",
                    "invalid_token",
                    "no_active_hooks",
                    "no_service",
                    "no_service_id",
                    "no_team",
                    "no_text",
                    "posting_to_general_channel_denied",
                    "team_disabled",
                    "too_many_attachments",
                    "user_not_found");

    private final URI webhook;
    private final SlackMessage message;

    public SlackChannel(URI webhook, Links links, JsonMapper json) {
        this.webhook = webhook;
        this.message = new SlackMessage(json, links);
    }

    @Override
    public String name() {
        return "slack";
    }

    @Override
    public String setting() {
        return "stepfree.alerts.slack.webhook";
    }

    @Override
    public Set<String> answersToShow() {
        return DOCUMENTED;
    }

    @Override
    public Optional<Message> message(Alert alert) {
        return Optional.of(Message.of(webhook, message.of(alert)));
    }
}
