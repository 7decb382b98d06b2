package io.stepfree.platform.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Scanner;
import org.junit.jupiter.api.Test;

final class FreePortsTest {

    private static final Path RANGE = Path.of("/proc/sys/net/ipv4/ip_local_port_range");

    @Test
    void asManyDifferentPortsAsAskedForCanBeListenedOn() throws Exception {
        List<Integer> ports = FreePorts.some(50);

        assertThat(ports).hasSize(50).doesNotHaveDuplicates();
        for (int port : ports) {
            try (var server = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                assertThat(server.isBound()).isTrue();
            }
        }
    }

    @Test
    void noOutgoingConnectionIsGivenSuchAPort() throws Exception {
        assumeTrue(Files.isReadable(RANGE));
        int outgoingFrom = new Scanner(Files.readAllLines(RANGE).getFirst()).nextInt();
        assumeTrue(outgoingFrom > 20_000);

        assertThat(FreePorts.some(50)).allMatch(port -> port < outgoingFrom);
    }
}
