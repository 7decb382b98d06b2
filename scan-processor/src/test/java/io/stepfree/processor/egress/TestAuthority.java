package io.stepfree.processor.egress;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A certificate authority of a test's own, made with keytool. */
final class TestAuthority {

    private static final char[] PASSWORD = "changeit".toCharArray();

    private final Path store;
    private final AtomicInteger issued = new AtomicInteger();

    /**
     * @param folder for its keys and those that it signs
     */
    TestAuthority(Path folder) throws IOException, InterruptedException {
        store = folder.resolve("authority.p12");
        generate("authority", "-dname", "CN=Test Authority", "-ext", "bc:c");
    }

    Certificate certificate() throws IOException, GeneralSecurityException {
        return load().getCertificate("authority");
    }

    /**
     * What a server presents whose certificate this authority has signed; of clients it takes those
     * that have one too.
     *
     * @param name what the certificate is for, as in a subject alternative name: DNS:shop.test
     * @param validity when it is valid, as options of keytool
     */
    SSLContext issue(String name, String... validity)
            throws IOException, InterruptedException, GeneralSecurityException {
        return context(name, Stream.concat(Stream.of(validity), Stream.of("-signer", "authority")));
    }

    /** What a server presents whose certificate is signed by itself. */
    SSLContext selfSigned(String name)
            throws IOException, InterruptedException, GeneralSecurityException {
        return context(name, Stream.of());
    }

    private SSLContext context(String name, Stream<String> options)
            throws IOException, InterruptedException, GeneralSecurityException {
        String alias = "server-" + issued.incrementAndGet();
        generate(
                alias,
                Stream.concat(Stream.of("-dname", "CN=Test", "-ext", "SAN=" + name), options)
                        .toArray(String[]::new));
        KeyStore all = load();
        KeyStore own = empty();
        own.setKeyEntry(
                alias, all.getKey(alias, PASSWORD), PASSWORD, all.getCertificateChain(alias));
        var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(own, PASSWORD);
        KeyStore known = empty();
        known.setCertificateEntry("authority", all.getCertificate("authority"));
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(known);
        var context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    private void generate(String alias, String... options)
            throws IOException, InterruptedException {
        var command =
                new ArrayList<String>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "keytool")
                                        .toString(),
                                "-J-XX:TieredStopAtLevel=1",
                                "-genkeypair",
                                "-alias",
                                alias,
                                "-keyalg",
                                "EC",
                                "-storetype",
                                "PKCS12",
                                "-storepass",
                                new String(PASSWORD),
                                "-keystore",
                                store.toString()));
        command.addAll(List.of(options));
        Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (keytool.waitFor() != 0) {
            throw new IllegalStateException(said);
        }
    }

    private KeyStore load() throws IOException, GeneralSecurityException {
        KeyStore loaded = KeyStore.getInstance("PKCS12");
        try (InputStream stream = Files.newInputStream(store)) {
            loaded.load(stream, PASSWORD);
        }
        return loaded;
    }

    private static KeyStore empty() throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }
}
