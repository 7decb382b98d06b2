package io.stepfree.processor.egress;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;

/** Listens where no page may get to, by TCP and UDP, and counts what reaches it all the same. */
final class Victim implements AutoCloseable {

    private final ServerSocket tcp;
    private final DatagramSocket udp;
    private final AtomicInteger reached = new AtomicInteger();

    private Victim(InetAddress address, int port) throws IOException {
        tcp = new ServerSocket(port, 50, address);
        udp = new DatagramSocket(new InetSocketAddress(address, tcp.getLocalPort()));
        Thread.ofVirtual().start(this::acceptAll);
        // A UDP receive is not interruptible on a virtual thread of every kernel.
        Thread.ofPlatform().daemon().start(this::receiveAll);
    }

    static Victim onLoopback() throws IOException {
        return new Victim(InetAddress.getLoopbackAddress(), 0);
    }

    /** On another address of the loopback block, at a port of one's choice. */
    static Victim at(String address, int port) throws IOException {
        return new Victim(InetAddress.ofLiteral(address), port);
    }

    int port() {
        return tcp.getLocalPort();
    }

    /** Host and port. */
    String host() {
        return "127.0.0.1:" + port();
    }

    int reached() {
        return reached.get();
    }

    @Override
    public void close() throws IOException {
        tcp.close();
        udp.close();
    }

    private void acceptAll() {
        while (!tcp.isClosed()) {
            try (Socket socket = tcp.accept()) {
                reached.incrementAndGet();
            } catch (IOException _) {
                // Closed, or somebody who hung up at once.
            }
        }
    }

    private void receiveAll() {
        while (!udp.isClosed()) {
            try {
                udp.receive(new DatagramPacket(new byte[2_000], 2_000));
                reached.incrementAndGet();
            } catch (IOException _) {
                // Closed.
            }
        }
    }
}
