package io.stepfree.standalone.machine;

import io.stepfree.platform.process.FreePorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;

/** Ports of the loopback interface. */
final class Ports {

    static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    private Ports() {}

    /** As many different ports as asked for, none in use at this moment. */
    static List<Integer> free(int count) {
        try {
            return FreePorts.some(count);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Throws {@link MachineException} when {@code port} cannot be listened on; 0 stands for any
     * free one.
     *
     * @param purpose who wants it, for the message
     * @param cure how to choose another, for the message
     */
    static void check(int port, String purpose, String cure) {
        if (port == 0) {
            return;
        }
        try (var socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(LOOPBACK, port), 1);
        } catch (IOException e) {
            throw new MachineException(
                    "Port %d, wanted for %s, is in use (%s); %s."
                            .formatted(port, purpose, e.getMessage(), cure),
                    e);
        }
    }
}
