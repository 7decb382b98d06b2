package io.stepfree.processor.egress;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;

/** A good page over TLS, at every path of a port on loopback. */
final class TlsPage implements AutoCloseable {

    private static final byte[] ANSWER =
            "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s"
                    .formatted(Scans.GOOD.length(), Scans.GOOD)
                    .getBytes(StandardCharsets.US_ASCII);

    private final SSLContext context;
    private final boolean clientCertificate;
    private final ServerSocket server;
    private final AtomicInteger served = new AtomicInteger();

    /**
     * @param clientCertificate whether it is for those only who have one
     */
    TlsPage(SSLContext context, boolean clientCertificate) throws IOException {
        this.context = context;
        this.clientCertificate = clientCertificate;
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::acceptAll);
    }

    String address() {
        return "https://127.0.0.1:%d/".formatted(server.getLocalPort());
    }

    int served() {
        return served.get();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    private void acceptAll() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                Thread.ofVirtual().start(() -> answer(socket));
            } catch (IOException _) {
                // Closed.
            }
        }
    }

    private void answer(Socket socket) {
        try (socket) {
            try (var tls =
                    (SSLSocket) context.getSocketFactory().createSocket(socket, null, false)) {
                tls.setNeedClientAuth(clientCertificate);
                tls.startHandshake();
                readHead(tls.getInputStream());
                served.incrementAndGet();
                tls.getOutputStream().write(ANSWER);
            } catch (SSLException _) {
                // Told to the client by an alert. A server that hangs up now may have the client
                // see
                // that only, and no alert.
            }
            long _ = socket.getInputStream().transferTo(OutputStream.nullOutputStream());
        } catch (IOException _) {
            // The client has hung up.
        }
    }

    private static void readHead(InputStream stream) throws IOException {
        int ends = 0;
        while (ends < 2) {
            int read = stream.read();
            if (read < 0) {
                throw new SSLException("nothing was asked");
            }
            ends = read == '\n' ? ends + 1 : read == '\r' ? ends : 0;
        }
    }
}
