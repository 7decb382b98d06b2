package io.stepfree.alerts;

import io.stepfree.alerts.channel.Links;
import io.stepfree.alerts.email.MailServer;
import io.stepfree.alerts.metric.Metric;
import io.stepfree.alerts.metric.MetricPolicy;
import io.stepfree.platform.boot.CannotStartException;
import jakarta.mail.internet.InternetAddress;
import jakarta.validation.Valid;
import java.net.URI;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * When an alert is raised, and who is told.
 *
 * @param metrics what each metric is held against, by its name in docs/alerts.md, as error-rate;
 *     what is not set stays as it is there
 * @param links where whoever is told finds more
 * @param slack the Slack channel that is told
 * @param pagerDuty the PagerDuty service that is told of errors and critical alerts
 * @param webhook a receiver that speaks the Standard Webhooks specification
 * @param email who is told by e-mail
 * @param regressions what counts as one
 */
@Validated
@ConfigurationProperties(prefix = "stepfree.alerts", ignoreUnknownFields = false)
public record AlertProperties(
        @DefaultValue Map<String, MetricSettings> metrics,
        @DefaultValue @Valid Pages links,
        @DefaultValue @Valid Slack slack,
        @DefaultValue @Valid PagerDuty pagerDuty,
        @DefaultValue @Valid Webhook webhook,
        @DefaultValue @Valid Email email,
        @DefaultValue @Valid Worse regressions) {

    /** What each metric is held against: the defaults, and what was set otherwise. */
    Map<Metric, MetricPolicy> policies() {
        return MetricSettings.policies(metrics);
    }

    /**
     * Where whoever is told finds more.
     *
     * @param runbook the address of docs/alerts.md where your team reads it, without a fragment;
     *     empty where alerts are to have no such link
     * @param dashboard the address of your dashboard; empty where alerts are to have no such link
     */
    public record Pages(@DefaultValue("") String runbook, @DefaultValue("") String dashboard) {

        /** As the channels show them. */
        Links links() {
            return new Links(
                    HttpAddress.of(
                            "stepfree.alerts.links.runbook",
                            runbook,
                            "as https://git.example/stepfree/docs/alerts.md"),
                    HttpAddress.of(
                            "stepfree.alerts.links.dashboard",
                            dashboard,
                            "as https://grafana.example/d/stepfree"));
        }
    }

    /**
     * The Slack channel that is told.
     *
     * @param webhook the address of an incoming webhook, a secret; empty where Slack is not told
     */
    public record Slack(@DefaultValue("") String webhook) {

        public Slack {
            webhook = webhook.strip();
        }

        /** The address to call, if Slack is told. */
        Optional<URI> address() {
            return HttpAddress.of(
                    "stepfree.alerts.slack.webhook",
                    webhook,
                    "as Slack shows it under Incoming Webhooks");
        }

        @Override
        public String toString() {
            return "Slack[webhook=%s]".formatted(hidden(webhook));
        }
    }

    /**
     * The PagerDuty service that is told of errors and critical alerts.
     *
     * @param routingKey the integration key of the service, 32 characters, a secret; empty where
     *     PagerDuty is not told
     * @param address where events go; that of the EU is https://events.eu.pagerduty.com/v2/enqueue
     */
    public record PagerDuty(
            @DefaultValue("") String routingKey,
            @DefaultValue("https://events.pagerduty.com/v2/enqueue") String address) {

        private static final int KEY_LENGTH = 32;

        public PagerDuty {
            routingKey = routingKey.strip();
            address = address.strip();
        }

        /** The key to send, if PagerDuty is told. */
        Optional<String> key() {
            if (routingKey.isEmpty()) {
                return Optional.empty();
            }
            if (routingKey.length() != KEY_LENGTH) {
                throw new CannotStartException(
                        "stepfree.alerts.pager-duty.routing-key has %d characters and must have %d; PagerDuty shows it under Integrations, Events API v2"
                                .formatted(routingKey.length(), KEY_LENGTH));
            }
            return Optional.of(routingKey);
        }

        /** Where its events go. */
        URI events() {
            return HttpAddress.of(
                            "stepfree.alerts.pager-duty.address",
                            address,
                            "as https://events.pagerduty.com/v2/enqueue")
                    .orElseThrow(() ->
                            new CannotStartException(
                                    "stepfree.alerts.pager-duty.address is empty; leave it out for https://events.pagerduty.com/v2/enqueue"));
        }

        @Override
        public String toString() {
            return "PagerDuty[routingKey=%s, address=%s]".formatted(hidden(routingKey), address);
        }
    }

    /**
     * A receiver that speaks the Standard Webhooks specification.
     *
     * @param address where to POST to, a secret; empty where nobody is told this way
     * @param secret what the messages are signed with: 24 to 64 bytes in base64, with or without
     *     whsec_ before them
     */
    public record Webhook(@DefaultValue("") String address, @DefaultValue("") String secret) {

        private static final int SHORTEST_SECRET = 24;
        private static final int LONGEST_SECRET = 64;
        private static final String SECRET_PREFIX = "whsec_";

        public Webhook {
            address = address.strip();
            secret = secret.strip();
        }

        /** The address to call, if there is one. */
        Optional<URI> receiver() {
            return HttpAddress.of(
                    "stepfree.alerts.webhook.address",
                    address,
                    "as https://ops.example/hooks/stepfree");
        }

        /** What to sign with; to be asked for only where there is a receiver. */
        String signingSecret() {
            int bytes = secretBytes();
            if (bytes < SHORTEST_SECRET || bytes > LONGEST_SECRET) {
                throw new CannotStartException(
                        "stepfree.alerts.webhook.secret must be %d to %d bytes in base64, as 'openssl rand -base64 32' makes them"
                                .formatted(SHORTEST_SECRET, LONGEST_SECRET));
            }
            return secret;
        }

        private int secretBytes() {
            try {
                String text =
                        secret.startsWith(SECRET_PREFIX)
                                ? secret.substring(SECRET_PREFIX.length())
                                : secret;
                return Base64.getDecoder().decode(text).length;
            } catch (IllegalArgumentException _) {
                return 0;
            }
        }

        @Override
        public String toString() {
            return "Webhook[address=%s, secret=%s]".formatted(hidden(address), hidden(secret));
        }
    }

    /**
     * Who is told by e-mail.
     *
     * @param host the mail server that takes our messages; empty where nobody is told this way
     * @param port where it listens; on 465 it is spoken to in TLS from the first byte
     * @param user who logs in; empty where the server wants no login
     * @param password the password of that user, a secret
     * @param from whom the messages come from, as stepfree@shop.example
     * @param to who is told, as ops@shop.example
     * @param starttls whether the connection must turn to TLS before anything is told; false only
     *     for a server that cannot, and whose network you trust
     */
    public record Email(
            @DefaultValue("") String host,
            @DefaultValue("587") int port,
            @DefaultValue("") String user,
            @DefaultValue("") String password,
            @DefaultValue("") String from,
            @DefaultValue List<String> to,
            @DefaultValue("true") boolean starttls) {

        private static final String PREFIX = "stepfree.alerts.email";
        private static final int HIGHEST_PORT = 65_535;

        public Email {
            host = host.strip();
            user = user.strip();
            from = from.strip();
            to = to.stream().map(String::strip).filter(one -> !one.isEmpty()).toList();
        }

        /** The server that takes the messages, if anybody is told this way. */
        Optional<MailServer> server() {
            if (host.isEmpty()) {
                require(
                        user.isEmpty() && password.isEmpty() && from.isEmpty() && to.isEmpty(),
                        "host is empty although others of its settings are set; name your mail server, as mail.shop.example, or leave them out, too");
                return Optional.empty();
            }
            require(
                    host.matches("[A-Za-z0-9._-]+|[0-9A-Fa-f:.]+"),
                    "host must be the name of a mail server alone, as mail.shop.example; its port goes into %s.port"
                            .formatted(PREFIX));
            require(
                    port >= 1 && port <= HIGHEST_PORT,
                    "port is %d and must be from 1 to %d, as 587".formatted(port, HIGHEST_PORT));
            require(
                    user.isEmpty() == password.isEmpty(),
                    user.isEmpty()
                            ? "user is empty although a password is set; name who logs in, or leave out both"
                            : "password is empty although a user is set; give it by STEPFREE_ALERTS_EMAIL_PASSWORD, or leave out both");
            return Optional.of(new MailServer(host, port, user, password, starttls));
        }

        /** Whom the messages come from; to be asked for only where there is a server. */
        InternetAddress sender() {
            return address("from", from);
        }

        /** Who is told; to be asked for only where there is a server. */
        List<InternetAddress> recipients() {
            require(!to.isEmpty(), "to is empty; name who is told, as ops@shop.example");
            return to.stream().map(one -> address("to", one)).toList();
        }

        private static InternetAddress address(String setting, String text) {
            return MailServer.address(text)
                    .orElseThrow(() ->
                            new CannotStartException(
                                    "%s.%s is '%s' and must be an address, as ops@shop.example"
                                            .formatted(PREFIX, setting, text)));
        }

        private static void require(boolean fits, String problem) {
            if (!fits) {
                throw new CannotStartException(PREFIX + "." + problem);
            }
        }

        @Override
        public String toString() {
            return "Email[host=%s, port=%d, user=%s, password=%s, from=%s, to=%s, starttls=%s]"
                    .formatted(host, port, user, hidden(password), from, to, starttls);
        }
    }

    /**
     * What counts as a regression.
     *
     * @param confirmed whether a violation that is new counts once a later scan of the page sees it
     *     again; if false, it counts at once, also where it flickers
     */
    public record Worse(@DefaultValue("true") boolean confirmed) {}

    private static String hidden(String secret) {
        return secret.isEmpty() ? "" : "***";
    }
}
