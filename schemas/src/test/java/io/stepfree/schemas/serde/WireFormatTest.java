package io.stepfree.schemas.serde;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stepfree.schemas.registry.RegistryClient;
import io.stepfree.schemas.registry.RegistryEndpoint;
import io.stepfree.schemas.registry.RegistryException;
import io.stepfree.schemas.scan.EventKind;
import io.stepfree.schemas.scan.ScanEvent;
import io.stepfree.schemas.topic.Topics;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What the serdes decide without a registry. Here nobody listens at its address, so that a test
 * also proves that none was asked.
 */
final class WireFormatTest {

    private static RegistryClient registry;
    private static AvroSerdes serdes;

    @BeforeAll
    static void nobodyListens() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var address = URI.create("http://127.0.0.1:" + socket.getLocalPort());
            registry =
                    new RegistryClient(
                            new RegistryEndpoint(
                                    address, Optional.empty(), Duration.ofSeconds(1), 0));
        }
        serdes = new AvroSerdes(registry);
    }

    @AfterAll
    static void close() {
        registry.close();
    }

    @Test
    void aTombstoneStaysOneInBothDirections() {
        assertThat(serdes.<ScanEvent>serializer().serialize("scan.events", null)).isNull();
        assertThat(serdes.deserializer(Topics.SCAN_EVENTS).deserialize("scan.events", null))
                .isNull();
    }

    @Test
    void anotherFirstByteIsUndecodable() {
        assertThatThrownBy(() -> deserialize("{\"scanId\":\"1\"}".getBytes(UTF_8)))
                .isInstanceOf(UndecodableRecordException.class)
                .hasMessageContaining("scan.events")
                .hasMessageContaining("14 bytes, first 0x7b");
    }

    @Test
    void fewerBytesThanTheHeaderAreUndecodable() {
        assertThatThrownBy(() -> deserialize(new byte[0]))
                .isInstanceOf(UndecodableRecordException.class)
                .hasMessageContaining("0 bytes, first missing");
        assertThatThrownBy(() -> deserialize(0, 0, 0, 1))
                .isInstanceOf(UndecodableRecordException.class)
                .hasMessageContaining("4 bytes, first 0x00");
    }

    @Test
    void aMissingRegistryIsNotTheRecordsFault() {
        assertThatThrownBy(() -> deserialize(0, 0, 0, 0, 1, 2, 3))
                .isInstanceOf(RegistryException.Unavailable.class);
    }

    @Test
    void aSchemaThatCannotBeRegisteredStopsTheWriter() {
        ScanEvent event =
                ScanEvent.newBuilder()
                        .setScanId("1")
                        .setRequestId("2")
                        .setKind(EventKind.ACCEPTED)
                        .setAt(Instant.ofEpochMilli(0))
                        .build();

        assertThatThrownBy(() -> serdes.<ScanEvent>serializer().serialize("scan.events", event))
                .isInstanceOf(RegistryException.Unavailable.class)
                .hasMessageContaining("scan.events-value");
    }

    private static ScanEvent deserialize(int... bytes) {
        byte[] array = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            array[i] = (byte) bytes[i];
        }
        return deserialize(array);
    }

    private static ScanEvent deserialize(byte[] bytes) {
        return serdes.deserializer(Topics.SCAN_EVENTS).deserialize("scan.events", bytes);
    }
}
