package io.stepfree.reports.history;

import io.stepfree.platform.target.UrlNormalizer;
import io.stepfree.schemas.scan.ScanOptions;
import io.stepfree.schemas.scan.ScanRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;

/**
 * Names what a scan looks at: equal for scans whose findings can be compared. Page, standard and
 * every option that may change what the page shows make the key; how long a scan may take, its
 * pictures and the name of its device do not. An option that was left at its default is not in the
 * key, so that one that is new keeps the history of all.
 *
 * <p>A scan that brings secrets has no key: it cannot be told whether two of them saw the page as
 * the same person, and what only somebody else sees is not fixed. Stateless and thread-safe.
 */
public final class PageKey {

    private static final String FORM = "1";

    /** Of the options, those that say nothing of what the page shows. */
    static final Set<String> OF_NO_CONCERN = Set.of("timeoutMillis", "screenshots", "device");

    private PageKey() {}

    /** The key; 43 letters, digits, - and _. */
    public static Optional<String> of(ScanRequest request) {
        return request.getOptions().getSecrets() == null
                ? Optional.of(hash(words(request)))
                : Optional.empty();
    }

    private static String words(ScanRequest request) {
        String url = request.getUrl();
        int fragment = url.indexOf('#');
        var words = new StringBuilder();
        add(words, FORM);
        add(words, UrlNormalizer.normalize(url).orElse(url));
        // A script may show something else for another one.
        add(words, fragment < 0 ? "" : url.substring(fragment));
        add(words, request.getStandard());
        add(words, chosen(request.getOptions(), ScanOptions.newBuilder().build(), OF_NO_CONCERN));
        return words.toString();
    }

    /** What differs from the default, by name. */
    private static String chosen(
            SpecificRecord options, SpecificRecord defaults, Set<String> without) {
        var chosen = new TreeMap<String, Object>();
        for (Schema.Field field : options.getSchema().getFields()) {
            Object value = options.get(field.pos());
            if (!without.contains(field.name())
                    && value != null
                    && !value.equals(defaults.get(field.pos()))) {
                chosen.put(field.name(), value instanceof List<?> many ? each(many) : value);
            }
        }
        var words = new StringBuilder();
        chosen.forEach((name, value) -> {
            add(words, name);
            add(words, value.toString());
        });
        return words.toString();
    }

    private static String each(List<?> many) {
        var words = new StringBuilder();
        for (Object one : many) {
            add(words, one.toString());
        }
        return words.toString();
    }

    /** With its length before it, so that no part can pass for the end of another. */
    private static void add(StringBuilder words, String part) {
        words.append(part.length()).append(':').append(part);
    }

    private static String hash(String words) {
        try {
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(
                            MessageDigest.getInstance("SHA-256")
                                    .digest(words.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}
