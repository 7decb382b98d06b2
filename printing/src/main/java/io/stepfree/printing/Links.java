package io.stepfree.printing;

import java.util.Locale;
import java.util.Map;
import org.apache.pdfbox.cos.COSArray;
import org.apache.pdfbox.cos.COSBase;
import org.apache.pdfbox.cos.COSDictionary;
import org.apache.pdfbox.cos.COSInteger;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.pdmodel.PDPage;
import org.jspecify.annotations.Nullable;

/**
 * The links of a page. They stay where they lead within the document or to http and https, and say
 * where to (7.18.5); all other annotations and actions go, such as the address of a file beside the
 * report, which means nothing from a PDF. Stateless.
 */
final class Links {

    private Links() {}

    /**
     * @param texts what stands on the page by the number of the mark around it
     */
    static void mend(PDPage page, StructureTree structure, Map<Integer, String> texts) {
        if (!(page.getCOSObject().getDictionaryObject(COSName.ANNOTS)
                instanceof COSArray annotations)) {
            return;
        }
        var kept = new COSArray();
        for (COSBase item : annotations) {
            if (!(StructureTree.resolved(item) instanceof COSDictionary annotation)) {
                continue;
            }
            String target = target(annotation);
            if (target == null) {
                structure.unlink(annotation);
                continue;
            }
            COSDictionary element = structure.elementOf(annotation);
            var text = new StringBuilder();
            if (element != null) {
                collect(element, texts, text);
            }
            String said = text.toString().strip();
            annotation.setString(COSName.CONTENTS, said.isEmpty() ? target : said);
            annotation.removeItem(COSName.AA);
            kept.add(item);
        }
        if (kept.size() == 0) {
            page.getCOSObject().removeItem(COSName.ANNOTS);
        } else {
            page.getCOSObject().setItem(COSName.ANNOTS, kept);
        }
    }

    /* Where it leads, in a word or two; null where it may not lead. */
    private static @Nullable String target(COSDictionary annotation) {
        if (!COSName.LINK.equals(annotation.getCOSName(COSName.SUBTYPE))) {
            return null;
        }
        COSDictionary action = annotation.getCOSDictionary(COSName.A);
        if (action == null) {
            return annotation.containsKey(COSName.DEST) ? "In this document" : null;
        }
        String uri =
                COSName.URI.equals(action.getCOSName(COSName.S))
                        ? action.getString(COSName.URI)
                        : null;
        if (uri == null || action.containsKey(COSName.NEXT)) {
            return null;
        }
        String scheme = uri.toLowerCase(Locale.ROOT);
        return scheme.startsWith("https://") || scheme.startsWith("http://") ? uri : null;
    }

    private static void collect(
            COSDictionary element, Map<Integer, String> texts, StringBuilder text) {
        for (COSBase kid : StructureTree.kids(element)) {
            COSBase inside = StructureTree.resolved(kid);
            if (inside instanceof COSInteger mark) {
                text.append(texts.getOrDefault(mark.intValue(), ""));
            } else if (inside instanceof COSDictionary deeper) {
                if (deeper.containsKey(COSName.S)) {
                    collect(deeper, texts, text);
                } else if (deeper.containsKey(COSName.MCID)) {
                    text.append(texts.getOrDefault(deeper.getInt(COSName.MCID), ""));
                }
            }
        }
    }
}
