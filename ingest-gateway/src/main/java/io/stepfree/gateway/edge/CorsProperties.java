package io.stepfree.gateway.edge;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Whose pages may read our answers.
 *
 * @param origins the origins whose pages may call the API from a browser, as
 *     https://console.shop.example; each by itself, and none by default
 */
@ConfigurationProperties("stepfree.gateway.cors")
public record CorsProperties(@DefaultValue List<String> origins) {

    private static final List<String> SCHEMES = List.of("http", "https");

    public CorsProperties {
        origins = List.copyOf(origins);
        for (String origin : origins) {
            if (!isOrigin(origin)) {
                throw new IllegalArgumentException(
                        "stepfree.gateway.cors.origins has '%s', which is no origin; write each as a browser sends it: http or https, a host in small letters, a port where it is not the usual one, and nothing after it, as https://console.shop.example"
                                .formatted(origin));
            }
        }
    }

    /* As RFC 6454, 6.2 writes them, without the asterisk, which would be everybody. */
    private static boolean isOrigin(String text) {
        try {
            var uri = new URI(text);
            String scheme = uri.getScheme();
            String host = uri.getHost();
            if (scheme == null || host == null || !SCHEMES.contains(scheme)) {
                return false;
            }
            int usual = scheme.equals("http") ? 80 : 443;
            String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
            return uri.getPort() != usual
                    && text.equals("%s://%s%s".formatted(scheme, host, port))
                    && text.equals(text.toLowerCase(Locale.ROOT));
        } catch (URISyntaxException _) {
            return false;
        }
    }
}
