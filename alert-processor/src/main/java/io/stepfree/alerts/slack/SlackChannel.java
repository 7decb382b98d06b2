package io.stepfree.alerts.slack;

import io.stepfree.alerts.channel.Channel;
import io.stepfree.alerts.channel.Links;
import io.stepfree.alerts.channel.Message;
import io.stepfree.schemas.ops.Alert;
import java.net.URI;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;

/** A Slack channel, by an incoming webhook. It is told of every alert. */
public final class SlackChannel implements Channel {

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
    public boolean answerMayBeShown() {
        return true;
    }

    @Override
    public Optional<Message> message(Alert alert) {
        return Optional.of(Message.of(webhook, message.of(alert)));
    }
}
