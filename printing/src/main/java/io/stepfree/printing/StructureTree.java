package io.stepfree.printing;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import org.apache.pdfbox.cos.COSArray;
import org.apache.pdfbox.cos.COSBase;
import org.apache.pdfbox.cos.COSDictionary;
import org.apache.pdfbox.cos.COSInteger;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.cos.COSObject;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.jspecify.annotations.Nullable;

/** What a document says about its own structure (ISO 32000-1, 14.7). Not thread-safe. */
final class StructureTree {

    private static final COSName LIST_ITEM = COSName.getPDFName("LI");
    private static final COSName LABEL = COSName.getPDFName("Lbl");
    private static final COSName LIST_BODY = COSName.getPDFName("LBody");
    private static final COSName SPAN = COSName.getPDFName("Span");
    private static final COSName ROLE_MAP = COSName.getPDFName("RoleMap");
    private static final COSName OBJECT_REFERENCE = COSName.getPDFName("OBJR");
    private static final COSName STRUCTURE_ELEMENT = COSName.getPDFName("StructElem");

    /** ISO 32000-1, 14.8.4. */
    private static final Set<String> STANDARD_TYPES =
            Set.of(
                    "Document",
                    "Part",
                    "Art",
                    "Sect",
                    "Div",
                    "BlockQuote",
                    "Caption",
                    "TOC",
                    "TOCI",
                    "Index",
                    "NonStruct",
                    "Private",
                    "P",
                    "H",
                    "H1",
                    "H2",
                    "H3",
                    "H4",
                    "H5",
                    "H6",
                    "L",
                    "LI",
                    "Lbl",
                    "LBody",
                    "Table",
                    "TR",
                    "TH",
                    "TD",
                    "THead",
                    "TBody",
                    "TFoot",
                    "Span",
                    "Quote",
                    "Note",
                    "Reference",
                    "BibEntry",
                    "Code",
                    "Link",
                    "Annot",
                    "Ruby",
                    "RB",
                    "RT",
                    "RP",
                    "Warichu",
                    "WT",
                    "WP",
                    "Figure",
                    "Formula",
                    "Form");

    private final COSDictionary root;

    /** The elements by the number by which pages and annotations know them. */
    private final Map<Integer, COSBase> parents = new HashMap<>();

    private StructureTree(COSDictionary root) {
        this.root = root;
    }

    static StructureTree of(PDDocument pdf) throws IOException {
        var root = pdf.getDocumentCatalog().getStructureTreeRoot();
        if (root == null) {
            throw new IOException("the browser's print has no structure: it is not tagged");
        }
        var tree = new StructureTree(root.getCOSObject());
        tree.readParents(root.getCOSObject().getCOSDictionary(COSName.PARENT_TREE));
        return tree;
    }

    /** The element of an annotation; null where it has none. */
    @Nullable COSDictionary elementOf(COSDictionary annotation) {
        return parents.get(annotation.getInt(COSName.STRUCT_PARENT))
                        instanceof COSDictionary element
                ? element
                : null;
    }

    /** Makes of a link's element a piece of text, because its annotation has gone. */
    void unlink(COSDictionary annotation) {
        COSDictionary element = elementOf(annotation);
        if (element == null) {
            return;
        }
        element.setItem(COSName.S, SPAN);
        var kept = new COSArray();
        for (COSBase kid : kids(element)) {
            if (!(resolved(kid) instanceof COSDictionary dictionary)
                    || !OBJECT_REFERENCE.equals(dictionary.getCOSName(COSName.TYPE))) {
                kept.add(kid);
            }
        }
        element.setItem(COSName.K, kept);
        annotation.removeItem(COSName.STRUCT_PARENT);
    }

    /** Puts right what all elements are and how they are nested. */
    void mend() {
        var roles = new COSDictionary();
        var bodies = new IdentityHashMap<COSBase, COSDictionary>();
        Deque<COSDictionary> open = new ArrayDeque<>();
        open.push(root);
        while (!open.isEmpty()) {
            COSDictionary element = open.pop();
            COSName type = element.getCOSName(COSName.S);
            if (type != null && !STANDARD_TYPES.contains(type.getName())) {
                roles.setItem(type, SPAN);
            }
            if (LIST_ITEM.equals(type)) {
                giveBody(element, bodies);
            }
            for (COSBase kid : kids(element)) {
                if (resolved(kid) instanceof COSDictionary child && child.containsKey(COSName.S)) {
                    open.push(child);
                }
            }
        }
        if (roles.size() > 0) {
            root.setItem(ROLE_MAP, roles);
        }
        parents.values().forEach(owners -> hand(owners, bodies));
    }

    /* A list item has a label and a body and nothing else (7.2). */
    private static void giveBody(COSDictionary item, Map<COSBase, COSDictionary> bodies) {
        var body = new COSDictionary();
        var inBody = new COSArray();
        var inItem = new COSArray();
        for (COSBase kid : kids(item)) {
            COSDictionary child = resolved(kid) instanceof COSDictionary some ? some : null;
            COSName type = child == null ? null : child.getCOSName(COSName.S);
            if (LABEL.equals(type) || LIST_BODY.equals(type)) {
                inItem.add(kid);
            } else {
                inBody.add(kid);
                if (child != null && type != null) {
                    child.setItem(COSName.P, body);
                }
            }
        }
        if (inBody.size() == 0) {
            return;
        }
        body.setItem(COSName.TYPE, STRUCTURE_ELEMENT);
        body.setItem(COSName.S, LIST_BODY);
        body.setItem(COSName.P, item);
        if (item.containsKey(COSName.PG)) {
            body.setItem(COSName.PG, item.getItem(COSName.PG));
        }
        body.setItem(COSName.K, inBody);
        inItem.add(body);
        item.setItem(COSName.K, inItem);
        bodies.put(item, body);
    }

    /* What an item had itself is now its body's. */
    private static void hand(COSBase owners, Map<COSBase, COSDictionary> bodies) {
        if (owners instanceof COSArray array) {
            for (int mark = 0; mark < array.size(); mark++) {
                COSDictionary body = bodies.get(array.getObject(mark));
                if (body != null) {
                    array.set(mark, body);
                }
            }
        }
    }

    private void readParents(@Nullable COSDictionary node) {
        if (node == null) {
            return;
        }
        if (node.getDictionaryObject(COSName.NUMS) instanceof COSArray pairs) {
            for (int pair = 0; pair + 1 < pairs.size(); pair += 2) {
                if (pairs.getObject(pair) instanceof COSInteger key) {
                    parents.put(key.intValue(), pairs.getObject(pair + 1));
                }
            }
        }
        if (node.getDictionaryObject(COSName.KIDS) instanceof COSArray nodes) {
            for (COSBase kid : nodes) {
                readParents(resolved(kid) instanceof COSDictionary deeper ? deeper : null);
            }
        }
    }

    /** What is inside an element, each as it stands there. */
    static Iterable<COSBase> kids(COSDictionary element) {
        COSBase kids = element.getDictionaryObject(COSName.K);
        if (kids instanceof COSArray several) {
            return several;
        }
        var one = new COSArray();
        if (kids != null) {
            one.add(element.getItem(COSName.K));
        }
        return one;
    }

    static @Nullable COSBase resolved(@Nullable COSBase item) {
        return item instanceof COSObject reference ? reference.getObject() : item;
    }
}
