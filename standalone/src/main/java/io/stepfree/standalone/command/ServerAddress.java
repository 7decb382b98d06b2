package io.stepfree.standalone.command;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads the address of an HTTP API, so that one that nobody can call is wrong usage. */
final class ServerAddress implements ITypeConverter<URI> {

    private static final Set<String> SCHEMES = Set.of("http", "https");

    @Override
    public URI convert(String text) {
        try {
            var address = new URI(text);
            if (isWeb(address.getScheme())
                    && address.getHost() != null
                    && address.getPort() <= 65_535
                    && address.getQuery() == null
                    && address.getFragment() == null) {
                return address;
            }
        } catch (URISyntaxException _) {
            // Told below, as one that is no address.
        }
        throw new TypeConversionException(
                "'%s' is not the address of an HTTP API; write it with http:// or https://, as in http://127.0.0.1:8080"
                        .formatted(text));
    }

    private static boolean isWeb(@Nullable String scheme) {
        return scheme != null && SCHEMES.contains(scheme.toLowerCase(Locale.ROOT));
    }
}
