package io.stepfree.alerts;

import io.stepfree.alerts.channel.Links;
import io.stepfree.alerts.channel.PostReceiver;
import io.stepfree.alerts.channel.Receiver;
import io.stepfree.alerts.email.EmailReceiver;
import io.stepfree.alerts.pagerduty.PagerDutyChannel;
import io.stepfree.alerts.slack.SlackChannel;
import io.stepfree.alerts.webhook.WebhookChannel;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/** Makes the receivers that the settings name. */
final class AlertChannels {

    private AlertChannels() {}

    static List<Receiver> of(AlertProperties properties, JsonMapper json) {
        var clock = InstantSource.system();
        Links links = properties.links().links();
        AlertProperties.PagerDuty pagerDuty = properties.pagerDuty();
        AlertProperties.Webhook webhook = properties.webhook();
        AlertProperties.Email email = properties.email();
        var receivers = new ArrayList<Receiver>();
        properties
                .slack()
                .address()
                .map(address -> new SlackChannel(address, links, json))
                .ifPresent(slack -> receivers.add(new PostReceiver(slack, clock)));
        pagerDuty
                .key()
                .map(key -> new PagerDutyChannel(pagerDuty.events(), key, links, json, clock))
                .ifPresent(pager -> receivers.add(new PostReceiver(pager, clock)));
        webhook.receiver()
                .map(address -> new WebhookChannel(address, webhook.signingSecret(), json, clock))
                .ifPresent(hook -> receivers.add(new PostReceiver(hook, clock)));
        email.server()
                .ifPresent(server ->
                        receivers.add(
                                new EmailReceiver(
                                        server, email.sender(), email.recipients(), links)));
        return receivers;
    }
}
