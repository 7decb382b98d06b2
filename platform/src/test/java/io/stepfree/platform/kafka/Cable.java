package io.stepfree.platform.kafka;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The way to a real server on this machine, which a test can cut and mend. While it is cut, what
 * connects is hung up on, as by a server that is down; while it is silent nothing that is sent
 * arrives, as from a machine that is gone.
 */
public final class Cable implements AutoCloseable {

    private final ServerSocket entry;
    private final URI target;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile boolean cut;
    private volatile boolean silent;

    private Cable(ServerSocket entry, URI target) {
        this.entry = entry;
        this.target = target;
    }

    /** A whole cable to the server at this address. */
    public static Cable to(URI target) {
        try {
            var entry = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
            var cable = new Cable(entry, target);
            Thread.ofVirtual().start(cable::accept);
            return cable;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The target's address at this end. */
    public URI address() {
        return URI.create("http://127.0.0.1:" + entry.getLocalPort() + target.getPath());
    }

    /** Hangs up on everybody, and on whoever connects from now on. */
    public void cut() {
        cut = true;
        open.forEach(Cable::hangUp);
    }

    /** Keeps all connections, takes new ones, and loses what is sent on them. */
    public void silence() {
        silent = true;
    }

    /** Lets calls through again; what was lost stays lost. */
    public void mend() {
        cut = false;
        silent = false;
    }

    @Override
    public void close() throws IOException {
        entry.close();
        cut();
    }

    private void accept() {
        while (!entry.isClosed()) {
            try {
                Socket near = entry.accept();
                open.add(near);
                if (cut) {
                    hangUp(near);
                    continue;
                }
                var far = new Socket(target.getHost(), target.getPort());
                open.add(far);
                Thread.ofVirtual().start(() -> carry(near, far));
                Thread.ofVirtual().start(() -> carry(far, near));
            } catch (IOException _) {
                // Closed, or the target is down: then the near end finds out by itself.
            }
        }
    }

    private void carry(Socket from, Socket to) {
        try (from;
                to) {
            var bytes = new byte[8_192];
            for (int read = from.getInputStream().read(bytes);
                    read >= 0;
                    read = from.getInputStream().read(bytes)) {
                if (!silent) {
                    to.getOutputStream().write(bytes, 0, read);
                }
            }
        } catch (IOException _) {
            // Cut, or one end hung up.
        } finally {
            open.remove(from);
            open.remove(to);
        }
    }

    private static void hangUp(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
