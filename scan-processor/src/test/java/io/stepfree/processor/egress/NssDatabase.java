package io.stepfree.processor.egress;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Writes the database in which a user of Linux keeps the certificate authorities that Chromium is
 * to trust. Written by NSS itself, the library that Chromium reads it with, because its command
 * line is seldom installed.
 */
final class NssDatabase {

    private final SymbolLookup nss;

    /**
     * @throws IllegalArgumentException when this machine has no NSS
     */
    @SuppressWarnings("restricted")
    NssDatabase() {
        nss = SymbolLookup.libraryLookup("libnss3.so", Arena.global());
    }

    /**
     * @param folder an empty one for the database
     * @param authority the certificate, as DER
     */
    void create(Path folder, byte[] authority) {
        try (Arena arena = Arena.ofConfined()) {
            succeeds("NSS_InitReadWrite", arena.allocateFrom("sql:" + folder));
            MemorySegment slot = pointer("PK11_GetInternalKeySlot");
            succeeds("PK11_InitPin", slot, MemorySegment.NULL, arena.allocateFrom(""));
            // SECItem: type, data, length.
            MemorySegment item = arena.allocate(3 * ADDRESS.byteSize(), ADDRESS.byteAlignment());
            item.set(ADDRESS, 8, arena.allocateFrom(JAVA_BYTE, authority));
            item.set(JAVA_INT, 16, authority.length);
            MemorySegment database = pointer("CERT_GetDefaultCertDB");
            MemorySegment certificate =
                    pointer("CERT_NewTempCertificate", database, item, MemorySegment.NULL, 0, 1);
            succeeds("PK11_ImportCert", slot, certificate, 0L, arena.allocateFrom("test"), 0);
            // CERTCertTrust: three numbers, of which the first is for servers.
            MemorySegment trust = arena.allocate(3 * JAVA_INT.byteSize());
            succeeds("CERT_DecodeTrustString", trust, arena.allocateFrom("C,,"));
            succeeds("CERT_ChangeCertTrust", database, certificate, trust);
            call("CERT_DestroyCertificate", null, certificate);
            call("PK11_FreeSlot", null, slot);
            succeeds("NSS_Shutdown");
        }
    }

    private void succeeds(String function, Object... arguments) {
        assertThat(call(function, JAVA_INT, arguments)).as(function).isEqualTo(0);
    }

    private MemorySegment pointer(String function, Object... arguments) {
        var result = (MemorySegment) Objects.requireNonNull(call(function, ADDRESS, arguments));
        assertThat(result).as(function).isNotEqualTo(MemorySegment.NULL);
        return result;
    }

    /**
     * @param result null for none
     */
    @SuppressWarnings("restricted")
    private @Nullable Object call(
            String function, @Nullable MemoryLayout result, Object... arguments) {
        MemoryLayout[] layouts =
                Stream.of(arguments).map(NssDatabase::layout).toArray(MemoryLayout[]::new);
        FunctionDescriptor descriptor =
                result == null
                        ? FunctionDescriptor.ofVoid(layouts)
                        : FunctionDescriptor.of(result, layouts);
        try {
            return Linker.nativeLinker()
                    .downcallHandle(nss.findOrThrow(function), descriptor)
                    .invokeWithArguments(arguments);
        } catch (Throwable e) {
            throw new IllegalStateException(function, e);
        }
    }

    private static MemoryLayout layout(Object argument) {
        return switch (argument) {
            case Integer _ -> JAVA_INT;
            case Long _ -> JAVA_LONG;
            default -> ADDRESS;
        };
    }
}
