package io.stepfree.alerts.email;

import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A small SMTP server (RFC 5321) on loopback. It keeps what it is given, and answers what it is
 * told to.
 */
public final class PostOffice implements AutoCloseable {

    private static final String GOOD = "250 good";

    private final ServerSocket socket;
    private final List<Letter> letters = new CopyOnWriteArrayList<>();
    private final List<String> logins = new CopyOnWriteArrayList<>();
    private final List<String> commands = new CopyOnWriteArrayList<>();
    private final Map<String, String> answers = new ConcurrentHashMap<>();

    /** A message as it came, and whom it was for by its envelope. */
    public record Letter(List<String> to, MimeMessage message) {

        public String header(String name) throws MessagingException {
            return message.getHeader(name, null);
        }

        public String text() throws IOException, MessagingException {
            return message.getContent().toString().replace("\r\n", "\n");
        }
    }

    private PostOffice(ServerSocket socket) {
        this.socket = socket;
    }

    public static PostOffice open() throws IOException {
        var office = new PostOffice(new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1")));
        Thread.ofVirtual().start(office::accept);
        return office;
    }

    public int port() {
        return socket.getLocalPort();
    }

    /** What came, oldest first. */
    public List<Letter> letters() {
        return List.copyOf(letters);
    }

    /** Who has logged in, as {@code user:password}. */
    List<String> logins() {
        return List.copyOf(logins);
    }

    /** Every line of every client, but for the messages. */
    List<String> commands() {
        return List.copyOf(commands);
    }

    /** From now on this is the answer to what begins so; no answer at all when it is empty. */
    void answer(String command, String answer) {
        answers.put(command, answer);
    }

    void answerAsUsual() {
        answers.clear();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = socket.accept();
                Thread.ofVirtual().start(() -> serve(client));
            }
        } catch (IOException _) {
            // It is closed.
        }
    }

    private void serve(Socket client) {
        try (client;
                var in =
                        new BufferedReader(
                                new InputStreamReader(
                                        client.getInputStream(), StandardCharsets.UTF_8));
                var out =
                        new OutputStreamWriter(client.getOutputStream(), StandardCharsets.UTF_8)) {
            say(out, "220 a small post office");
            var to = new ArrayList<String>();
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                commands.add(line);
                String answer = answerTo(line);
                if (line.startsWith("RCPT TO:") && answer.startsWith("250")) {
                    to.add(line.substring(line.indexOf('<') + 1, line.indexOf('>')));
                }
                say(out, answer);
                if (answer.startsWith("354")) {
                    keep(to, in);
                    to.clear();
                    say(out, GOOD);
                }
            }
        } catch (IOException | MessagingException _) {
            // The client has gone.
        }
    }

    private String answerTo(String line) {
        for (var answer : answers.entrySet()) {
            if (line.startsWith(answer.getKey())) {
                return answer.getValue();
            }
        }
        if (line.startsWith("EHLO")) {
            return "250-a small post office\r\n250 AUTH PLAIN";
        }
        if (line.startsWith("AUTH PLAIN ")) {
            // RFC 4616: for whom, who, and the password.
            byte[] login = Base64.getDecoder().decode(line.substring("AUTH PLAIN ".length()));
            String text = new String(login, StandardCharsets.UTF_8);
            logins.add(text.substring(text.indexOf('\0') + 1).replace('\0', ':'));
            return "235 welcome";
        }
        return line.startsWith("DATA") ? "354 go on" : line.startsWith("QUIT") ? "221 bye" : GOOD;
    }

    private void keep(List<String> to, BufferedReader in) throws IOException, MessagingException {
        var text = new StringBuilder();
        for (String line = in.readLine(); !line.equals("."); line = in.readLine()) {
            text.append(line.startsWith(".") ? line.substring(1) : line).append("\r\n");
        }
        letters.add(
                new Letter(
                        List.copyOf(to),
                        new MimeMessage(
                                Session.getInstance(new Properties()),
                                new ByteArrayInputStream(
                                        text.toString().getBytes(StandardCharsets.UTF_8)))));
    }

    private static void say(Writer out, String line) throws IOException {
        if (!line.isEmpty()) {
            out.write(line + "\r\n");
            out.flush();
        }
    }
}
