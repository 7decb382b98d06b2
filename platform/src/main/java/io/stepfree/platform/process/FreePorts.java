package io.stepfree.platform.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Scanner;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Ports of the loopback interface for servers that are started later.
 *
 * <p>They are taken from below the range that the kernel gives to outgoing connections ({@code
 * net.ipv4.ip_local_port_range}, see ip(7)). A port out of that range is free when it is looked at
 * and may be the near end of some connection to a database when the server comes to listen there;
 * then the server cannot start for as long as that connection lasts.
 */
public final class FreePorts {

    private static final Path OUTGOING = Path.of("/proc/sys/net/ipv4/ip_local_port_range");

    /** Where outgoing ports begin unless the kernel says otherwise: Linux' own default. */
    private static final int USUAL_OUTGOING = 32_768;

    /** Below are the well-known ports of databases, brokers and web servers. */
    private static final int LOWEST = 15_000;

    private static final int TRIES = 1_000;

    private FreePorts() {}

    /**
     * A port that nobody listens on at this moment.
     *
     * @throws IOException when there is none
     */
    public static int one() throws IOException {
        return some(1).getFirst();
    }

    /**
     * As many different ports as asked for, none in use at this moment.
     *
     * @throws IOException when there are not so many
     */
    public static List<Integer> some(int count) throws IOException {
        int end = outgoingFrom();
        return end > LOWEST + TRIES ? below(end, count) : anyOf(count);
    }

    private static List<Integer> below(int end, int count) throws IOException {
        Set<Integer> found = new LinkedHashSet<>();
        RandomGenerator random = RandomGenerator.getDefault();
        for (int tries = 0; tries < TRIES && found.size() < count; tries++) {
            int port = random.nextInt(LOWEST, end);
            if (isFree(port)) {
                found.add(port);
            }
        }
        if (found.size() < count) {
            throw new IOException(
                    "Only %d of %d ports were found free between %d and %d in %d tries."
                            .formatted(found.size(), count, LOWEST, end, TRIES));
        }
        return List.copyOf(found);
    }

    /** Where outgoing connections may have any port, the kernel's choice is as good as another. */
    private static List<Integer> anyOf(int count) throws IOException {
        Set<Integer> found = new LinkedHashSet<>();
        while (found.size() < count) {
            try (var socket = listenOn(0)) {
                found.add(socket.getLocalPort());
            }
        }
        return List.copyOf(found);
    }

    private static boolean isFree(int port) {
        try (var _ = listenOn(port)) {
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    private static ServerSocket listenOn(int port) throws IOException {
        return new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
    }

    private static int outgoingFrom() {
        // In one gulp: such a file tells its size as 0, and its rest is gone after the first read.
        try (var range = new Scanner(Files.newBufferedReader(OUTGOING))) {
            return range.nextInt();
        } catch (IOException | NoSuchElementException _) {
            return USUAL_OUTGOING;
        }
    }
}
