package io.stepfree.alerts;

import io.stepfree.alerts.channel.Channel;
import io.stepfree.alerts.channel.Links;
import io.stepfree.alerts.pagerduty.PagerDutyChannel;
import io.stepfree.alerts.slack.SlackChannel;
import io.stepfree.alerts.webhook.WebhookChannel;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/** Makes the channels that the settings name. */
final class AlertChannels {

    private AlertChannels() {}

    static List<Channel> of(AlertProperties properties, JsonMapper json) {
        var channels = new ArrayList<Channel>();
        Links links = properties.links().links();
        properties
                .slack()
                .address()
                .ifPresent(address -> channels.add(new SlackChannel(address, links, json)));
        AlertProperties.PagerDuty pagerDuty = properties.pagerDuty();
        pagerDuty
                .key()
                .ifPresent(key ->
                        channels.add(
                                new PagerDutyChannel(
                                        pagerDuty.events(),
                                        key,
                                        links,
                                        json,
                                        InstantSource.system())));
        AlertProperties.Webhook webhook = properties.webhook();
        webhook.receiver()
                .ifPresent(address ->
                        channels.add(
                                new WebhookChannel(
                                        address,
                                        webhook.signingSecret(),
                                        json,
                                        InstantSource.system())));
        return channels;
    }
}
