package io.stepfree.processor.site;

import crawlercommons.sitemaps.AbstractSiteMap;
import crawlercommons.sitemaps.SiteMap;
import crawlercommons.sitemaps.SiteMapIndex;
import crawlercommons.sitemaps.SiteMapParser;
import crawlercommons.sitemaps.SiteMapURL;
import crawlercommons.sitemaps.UnknownFormatException;
import io.stepfree.processor.site.Download.FailedException;
import io.stepfree.processor.site.Download.Fetched;
import io.stepfree.schemas.scan.FailureType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.zip.GZIPInputStream;

/**
 * What one sitemap names (sitemaps.org 0.9, also RSS, Atom and plain text, also compressed): pages,
 * or further sitemaps.
 *
 * @param pages the pages' addresses as they are written
 * @param sitemaps those of sitemaps
 */
record Sitemap(List<String> pages, List<String> sitemaps) {

    /** As it travels; the protocol's own limit is 50 MB before compression. */
    static final int LONGEST_TRAVELLING = 10 << 20;

    /** Unpacked: whatever a small file says it becomes, no more of it is made. */
    static final int LONGEST = 16 << 20;

    /** As many addresses as a sitemap may have (sitemaps.org). */
    static final int MOST_ADDRESSES = 50_000;

    /** Leaves the parser in the middle of a document that would fill the memory. */
    private static final class TooManyException extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    /**
     * @throws FailedException when it is none, broken, or too long; a part of one is not taken for
     *     the whole
     */
    static Sitemap read(Fetched fetched) throws FailedException {
        byte[] content = unpacked(fetched);
        try {
            // Pages outside of the sitemap's own folder are welcome; a broken file is not.
            var parser = new SiteMapParser(false, false);
            parser.setURLFilter(counting());
            AbstractSiteMap map = parser.parseSiteMap(content, URI.create(fetched.url()).toURL());
            if (map.getType() == AbstractSiteMap.SitemapType.TEXT && isLongText(content)) {
                throw tooMany(fetched);
            }
            return switch (map) {
                case SiteMapIndex index ->
                        new Sitemap(
                                List.of(),
                                index.getSitemaps().stream()
                                        .map(one -> one.getUrl().toString())
                                        .toList());
                case SiteMap pages ->
                        new Sitemap(
                                pages.getSiteMapUrls().stream()
                                        .map(SiteMapURL::getUrl)
                                        .map(Object::toString)
                                        .toList(),
                                List.of());
                default -> throw unreadable(fetched, "it is of an unknown kind");
            };
        } catch (TooManyException _) {
            throw tooMany(fetched);
        } catch (UnknownFormatException | IOException | IllegalArgumentException e) {
            throw unreadable(fetched, String.valueOf(e.getMessage()));
        }
    }

    /**
     * Is asked for each address before the parser makes anything of it, whatever the form or the
     * encoding is.
     */
    private static Function<String, String> counting() {
        var met = new AtomicInteger();
        return url -> {
            if (met.incrementAndGet() > MOST_ADDRESSES) {
                throw new TooManyException();
            }
            return url;
        };
    }

    /** The parser reads as many lines of a text, and keeps silent about the others. */
    private static boolean isLongText(byte[] content) {
        return new String(content, StandardCharsets.UTF_8)
                .lines()
                .skip(MOST_ADDRESSES)
                .anyMatch(line -> !line.isBlank());
    }

    private static FailedException tooMany(Fetched fetched) {
        return new FailedException(
                FailureType.RESOURCE_LIMIT,
                "%s names more than the %,d addresses that a sitemap may have"
                        .formatted(Download.shown(fetched.url()), MOST_ADDRESSES));
    }

    private static byte[] unpacked(Fetched fetched) throws FailedException {
        byte[] content = fetched.content();
        if (content.length < 2 || (content[0] & 0xff) != 0x1f || (content[1] & 0xff) != 0x8b) {
            return content;
        }
        try (var unpacking = new GZIPInputStream(new ByteArrayInputStream(content))) {
            byte[] unpacked = unpacking.readNBytes(LONGEST + 1);
            if (unpacked.length > LONGEST) {
                throw new FailedException(
                        FailureType.RESOURCE_LIMIT,
                        "%s unpacks to more than the %,d bytes that are read"
                                .formatted(Download.shown(fetched.url()), LONGEST));
            }
            return unpacked;
        } catch (IOException e) {
            throw unreadable(fetched, "it cannot be unpacked: " + e.getMessage());
        }
    }

    private static FailedException unreadable(Fetched fetched, String why) {
        String clause = why.length() <= 300 ? why : why.substring(0, 299) + "…";
        return new FailedException(
                FailureType.UNSUPPORTED_CONTENT,
                "%s cannot be read as a sitemap: %s"
                        .formatted(Download.shown(fetched.url()), clause));
    }
}
