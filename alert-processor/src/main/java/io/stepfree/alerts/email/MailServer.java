package io.stepfree.alerts.email;

import jakarta.mail.Session;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;

/**
 * A server that takes messages by SMTP (RFC 5321).
 *
 * @param user who logs in; empty where it wants no login
 * @param password of that user, a secret: never shown
 * @param starttls whether nothing is told before the connection has turned to TLS (RFC 3207)
 */
public record MailServer(String host, int port, String user, String password, boolean starttls) {

    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    /** RFC 8314: here TLS begins with the first byte. */
    private static final int TLS_PORT = 465;

    /** The address that is written so; empty when it is none. */
    public static Optional<InternetAddress> address(String text) {
        try {
            var address = new InternetAddress(text, true);
            return address.getAddress().contains("@") ? Optional.of(address) : Optional.empty();
        } catch (AddressException _) {
            return Optional.empty();
        }
    }

    /** A session in which no step takes longer than five seconds. */
    Session session() {
        var settings = new Properties();
        String timeout = Long.toString(TIMEOUT.toMillis());
        settings.put("mail.smtp.connectiontimeout", timeout);
        settings.put("mail.smtp.timeout", timeout);
        settings.put("mail.smtp.writetimeout", timeout);
        settings.put("mail.smtp.host", host);
        settings.put("mail.smtp.port", Integer.toString(port));
        settings.put("mail.smtp.auth", Boolean.toString(!user.isEmpty()));
        settings.put("mail.smtp.ssl.enable", Boolean.toString(port == TLS_PORT));
        settings.put("mail.smtp.ssl.checkserveridentity", "true");
        settings.put("mail.smtp.starttls.enable", Boolean.toString(starttls));
        settings.put("mail.smtp.starttls.required", Boolean.toString(starttls));
        // Those whose addresses are good do not wait for the others.
        settings.put("mail.smtp.sendpartial", "true");
        // Once the message is taken, nobody waits for the goodbye.
        settings.put("mail.smtp.quitwait", "false");
        return Session.getInstance(settings);
    }

    @Override
    public String toString() {
        return "MailServer[%s:%d]".formatted(host, port);
    }
}
