package io.stepfree.alerts.email;

import io.stepfree.alerts.channel.AlertFigures;
import io.stepfree.alerts.channel.Links;
import io.stepfree.schemas.ops.Alert;
import io.stepfree.schemas.ops.AlertState;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Writes an alert as a message in plain text. All messages of one incident are one thread in a mail
 * program: they share the subject, the first one is the thread's root, and the others refer to it
 * (RFC 5322, 3.6.4). The same alert always has the same {@code Message-ID}, by which most programs
 * show it once if it comes twice.
 *
 * <p>What others wrote cannot begin a line or a header of its own: control characters become
 * spaces.
 */
final class EmailMessage {

    private static final int LONGEST_NAME = 100;
    private static final DateTimeFormatter MINUTE =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm 'UTC'", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    private final InternetAddress from;
    private final List<InternetAddress> to;
    private final Links links;

    EmailMessage(InternetAddress from, List<InternetAddress> to, Links links) {
        this.from = from;
        this.to = List.copyOf(to);
        this.links = links;
    }

    MimeMessage of(Alert alert, Session session) throws MessagingException {
        boolean first = alert.getState() == AlertState.FIRED;
        String root = id(alert.getKey() + " " + alert.getSince());
        var message =
                new WithId(
                        session,
                        first
                                ? root
                                : id(
                                        "%s %s %s"
                                                .formatted(
                                                        alert.getKey(),
                                                        alert.getState(),
                                                        alert.getAt())));
        message.setFrom(from);
        message.setRecipients(Message.RecipientType.TO, to.toArray(InternetAddress[]::new));
        message.setSubject((first ? "" : "Re: ") + subject(alert), StandardCharsets.UTF_8.name());
        message.setSentDate(Date.from(alert.getAt()));
        // RFC 3834: nobody's absence is to be answered to us.
        message.setHeader("Auto-Submitted", "auto-generated");
        if (!first) {
            message.setHeader("In-Reply-To", root);
            message.setHeader("References", root);
        }
        message.setText(text(alert), StandardCharsets.UTF_8.name());
        message.saveChanges();
        return message;
    }

    private String id(String what) {
        return "<%s@%s>"
                .formatted(
                        UUID.nameUUIDFromBytes(what.getBytes(StandardCharsets.UTF_8)),
                        from.getAddress().substring(from.getAddress().lastIndexOf('@') + 1));
    }

    /** Without anything that changes while the incident lasts. */
    private static String subject(Alert alert) {
        return "Stepfree: %s, since %s".formatted(name(alert), minute(alert.getSince()));
    }

    private static String minute(Instant moment) {
        return MINUTE.format(moment);
    }

    private static String name(Alert alert) {
        String name = oneLine(alert.getKey());
        return name.length() <= LONGEST_NAME ? name : name.substring(0, LONGEST_NAME - 1) + "…";
    }

    private String text(Alert alert) {
        var text = new StringBuilder();
        text.append(
                "%s: %s (%s)\n\n%s\n\n"
                        .formatted(
                                alert.getState(),
                                name(alert),
                                alert.getSeverity().name().toLowerCase(Locale.ROOT),
                                oneLine(alert.getSummary())));
        AlertFigures.figures(alert)
                .forEach((name, value) ->
                        text.append("%-10s %s\n".formatted(name + ":", oneLine(value))));
        AlertFigures.lists(alert)
                .forEach((title, counts) ->
                        list(
                                text,
                                title,
                                counts.entrySet().stream()
                                        .map(entry -> entry.getKey() + ": " + entry.getValue())
                                        .toList()));
        list(text, "Some of the requests", alert.getSampleRequestIds());
        list(text, "Also over the threshold", alert.getAlso());
        list(
                text,
                "What to do",
                alert.getAction().isEmpty() ? List.of() : List.of(alert.getAction()));
        list(
                text,
                "Links",
                links.of(alert).entrySet().stream()
                        .map(link -> link.getKey() + ": " + link.getValue())
                        .toList());
        return text.toString();
    }

    private static void list(StringBuilder text, String title, Collection<String> lines) {
        if (!lines.isEmpty()) {
            text.append(
                    lines.stream()
                            .map(line -> "  " + oneLine(line) + "\n")
                            .collect(Collectors.joining("", "\n" + title + "\n", "")));
        }
    }

    private static String oneLine(String text) {
        return text.replaceAll("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]", " ");
    }

    /** One whose id stays ours. */
    private static final class WithId extends MimeMessage {
        private final String id;

        WithId(Session session, String id) {
            super(session);
            this.id = id;
        }

        @Override
        protected void updateMessageID() throws MessagingException {
            setHeader("Message-ID", id);
        }
    }
}
