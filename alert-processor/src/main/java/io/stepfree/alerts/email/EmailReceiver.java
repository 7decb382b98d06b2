package io.stepfree.alerts.email;

import io.stepfree.alerts.channel.ChannelUnavailableException;
import io.stepfree.alerts.channel.Links;
import io.stepfree.alerts.channel.Receiver;
import io.stepfree.schemas.ops.Alert;
import jakarta.mail.Address;
import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.MessagingException;
import jakarta.mail.SendFailedException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;
import org.jspecify.annotations.Nullable;

/**
 * Those who are told by e-mail, of every alert. A server that does not answer, refuses the login or
 * answers with a code that begins with 4 is not well; one that begins with 5 is a refusal of that
 * address, or of the message (RFC 5321, 4.2.1). Who has a message is not sent it again while others
 * wait for it, except after a restart.
 */
public final class EmailReceiver implements Receiver {

    /** RFC 4954: these are about us, and not about the message. */
    private static final Set<Integer> NOT_LOGGED_IN = Set.of(530, 534, 535, 538);

    private final MailServer server;
    private final Session session;
    private final EmailMessage writer;
    private final List<InternetAddress> to;
    private final Map<String, Delivery> begun = new HashMap<>();

    /** What is still to be done of a message, and what was answered so far. */
    private record Delivery(Set<Address> left, List<String> refusals) {}

    public EmailReceiver(
            MailServer server, InternetAddress from, List<InternetAddress> to, Links links) {
        this.server = server;
        this.session = server.session();
        this.writer = new EmailMessage(from, to, links);
        this.to = List.copyOf(to);
    }

    @Override
    public String name() {
        return "email";
    }

    @Override
    public String setting() {
        return "stepfree.alerts.email.from and .to";
    }

    @Override
    public Optional<Call> call(Alert alert) {
        return Optional.of(() -> tell(alert));
    }

    /** Does nothing: what is on its way ends by its time-outs. */
    @Override
    public void close() {}

    private Optional<String> tell(Alert alert) throws ChannelUnavailableException {
        MimeMessage message = message(alert);
        String id = id(message);
        Delivery delivery =
                begun.computeIfAbsent(
                        id, _ -> new Delivery(new LinkedHashSet<>(to), new ArrayList<>()));
        try {
            send(message, delivery.left());
        } catch (SendFailedException e) {
            judge(e, delivery);
            if (!delivery.left().isEmpty()) {
                throw new ChannelUnavailableException("email answered " + reason(e));
            }
        } catch (AuthenticationFailedException e) {
            throw new ChannelUnavailableException(
                    "email refuses stepfree.alerts.email.user and .password: " + reason(e));
        } catch (MessagingException e) {
            throw new ChannelUnavailableException("email does not answer: " + reason(e));
        }
        begun.remove(id);
        return delivery.refusals().isEmpty()
                ? Optional.empty()
                : Optional.of(String.join("; ", delivery.refusals()));
    }

    private void send(MimeMessage message, Set<Address> recipients) throws MessagingException {
        Transport transport = session.getTransport("smtp");
        try {
            if (server.user().isEmpty()) {
                transport.connect();
            } else {
                transport.connect(server.user(), server.password());
            }
            transport.sendMessage(message, recipients.toArray(Address[]::new));
        } finally {
            leave(transport);
        }
    }

    /** Whatever comes of the goodbye, the message was answered. */
    private static void leave(Transport transport) {
        try {
            transport.close();
        } catch (MessagingException _) {
            // It has hung up before us.
        }
    }

    /** Leaves those to be told who neither have the message nor can ever get it. */
    private static void judge(SendFailedException failure, Delivery delivery) {
        Address[] sent = failure.getValidSentAddresses();
        if (sent != null) {
            delivery.left().removeAll(Arrays.asList(sent));
        }
        for (Exception part = failure; part != null; part = next(part)) {
            switch (part) {
                case SMTPAddressFailedException one when isForGood(one.getReturnCode()) -> {
                    delivery.left().remove(one.getAddress());
                    delivery.refusals()
                            .add("answered for %s: %s".formatted(one.getAddress(), reason(one)));
                }
                case SMTPSendFailedException whole when isForGood(whole.getReturnCode()) -> {
                    delivery.left().clear();
                    delivery.refusals().add("answered " + reason(whole));
                }
                default -> {
                    // One that time can mend.
                }
            }
        }
    }

    private static boolean isForGood(int code) {
        return code >= 500 && code <= 599 && !NOT_LOGGED_IN.contains(code);
    }

    private static @Nullable Exception next(Exception failure) {
        return failure instanceof MessagingException chained ? chained.getNextException() : null;
    }

    /** The innermost reason, which is what the server said, on one line. */
    private static String reason(Exception failure) {
        Exception innermost = failure;
        for (Exception next = next(innermost); next != null; next = next(innermost)) {
            innermost = next;
        }
        return String.valueOf(innermost.getMessage()).replaceAll("\\p{Cntrl}+", " ").strip();
    }

    private MimeMessage message(Alert alert) {
        try {
            return writer.of(alert, session);
        } catch (MessagingException e) {
            throw new IllegalStateException("an alert could not be written as a message", e);
        }
    }

    private static String id(MimeMessage message) {
        try {
            return message.getMessageID();
        } catch (MessagingException e) {
            throw new IllegalStateException("a message has no id", e);
        }
    }
}
