package io.stepfree.printing;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** The metadata of a document as XMP (ISO 16684-1). Stateless. */
final class Xmp {

    private Xmp() {}

    /** Says which document this is, and that it keeps to PDF/UA-1 (ISO 14289-1, 5). */
    static byte[] packet(String title, String producer, Instant at) {
        String when = at.truncatedTo(ChronoUnit.SECONDS).toString();
        return """
        <?xpacket begin="\uFEFF" id="W5M0MpCehiHzreSzNTczkc9d"?>
        <x:xmpmeta xmlns:x="adobe:ns:meta/">
        <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
        <rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" \
        xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/" \
        xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
        <dc:title><rdf:Alt><rdf:li xml:lang="x-default">%s</rdf:li></rdf:Alt></dc:title>
        <xmp:CreateDate>%s</xmp:CreateDate>
        <xmp:ModifyDate>%s</xmp:ModifyDate>
        <pdf:Producer>%s</pdf:Producer>
        <pdfuaid:part>1</pdfuaid:part>
        </rdf:Description>
        </rdf:RDF>
        </x:xmpmeta>
        <?xpacket end="r"?>
        """
                .formatted(escaped(title), when, when, escaped(producer))
                .getBytes(StandardCharsets.UTF_8);
    }

    /* XML has no place for most control characters (XML 1.0, 2.2). */
    private static String escaped(String text) {
        var escaped = new StringBuilder(text.length() + 16);
        text.codePoints()
                .filter(character ->
                        character >= ' '
                                && (character < 0x7F || character > 0x9F)
                                && (character < Character.MIN_SURROGATE
                                        || character > Character.MAX_SURROGATE)
                                && character != 0xFFFE
                                && character != 0xFFFF)
                .forEach(character -> {
                    switch (character) {
                        case '&' -> escaped.append("&amp;");
                        case '<' -> escaped.append("&lt;");
                        case '>' -> escaped.append("&gt;");
                        default -> escaped.appendCodePoint(character);
                    }
                });
        return escaped.toString();
    }
}
