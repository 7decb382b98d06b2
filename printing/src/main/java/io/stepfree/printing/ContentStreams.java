package io.stepfree.printing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.pdfbox.contentstream.operator.Operator;
import org.apache.pdfbox.contentstream.operator.OperatorName;
import org.apache.pdfbox.cos.COSArray;
import org.apache.pdfbox.cos.COSBase;
import org.apache.pdfbox.cos.COSFloat;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.cos.COSNumber;
import org.apache.pdfbox.cos.COSString;
import org.apache.pdfbox.pdfparser.PDFStreamParser;
import org.apache.pdfbox.pdfwriter.ContentStreamWriter;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.PDResources;
import org.apache.pdfbox.pdmodel.common.PDStream;
import org.apache.pdfbox.pdmodel.font.PDFont;
import org.apache.pdfbox.pdmodel.font.PDType0Font;
import org.apache.pdfbox.pdmodel.graphics.form.PDFormXObject;
import org.jspecify.annotations.Nullable;

/**
 * What is drawn on the pages of one document. Backgrounds and lines, which Chrome leaves without a
 * mark, are marked as artifacts (7.1); and where the machine has no font for a character, a box of
 * a real font is drawn in place of a font's sign for "none", which may not be there (7.21.8). Its
 * ActualText, where Chrome wrote one, still says which character it is. Not thread-safe.
 */
final class ContentStreams {

    private static final COSName ARTIFACT = COSName.getPDFName("Artifact");
    private static final COSName BOX = COSName.getPDFName("StepfreeBox");
    private static final String BOX_CHARACTER = "\u25A1";

    private static final Set<String> PATH =
            Set.of(
                    OperatorName.MOVE_TO,
                    OperatorName.LINE_TO,
                    OperatorName.CURVE_TO,
                    OperatorName.CURVE_TO_REPLICATE_INITIAL_POINT,
                    OperatorName.CURVE_TO_REPLICATE_FINAL_POINT,
                    OperatorName.CLOSE_PATH,
                    OperatorName.APPEND_RECT,
                    OperatorName.CLIP_NON_ZERO,
                    OperatorName.CLIP_EVEN_ODD);

    private static final Set<String> PAINT =
            Set.of(
                    OperatorName.STROKE_PATH,
                    OperatorName.CLOSE_AND_STROKE,
                    OperatorName.FILL_NON_ZERO,
                    OperatorName.LEGACY_FILL_NON_ZERO,
                    OperatorName.FILL_EVEN_ODD,
                    OperatorName.FILL_NON_ZERO_AND_STROKE,
                    OperatorName.FILL_EVEN_ODD_AND_STROKE,
                    OperatorName.CLOSE_FILL_NON_ZERO_AND_STROKE,
                    OperatorName.CLOSE_FILL_EVEN_ODD_AND_STROKE,
                    OperatorName.DRAW_OBJECT,
                    OperatorName.SHADING_FILL,
                    OperatorName.BEGIN_INLINE_IMAGE,
                    OperatorName.SHOW_TEXT,
                    OperatorName.SHOW_TEXT_ADJUSTED);

    private final PDDocument pdf;
    private final Set<COSBase> forms = new HashSet<>();
    private @Nullable PDType0Font boxes;

    ContentStreams(PDDocument pdf) {
        this.pdf = pdf;
    }

    /**
     * Mends what a page draws.
     *
     * @return the texts on it by the number of the mark around them (MCID)
     */
    Map<Integer, String> mend(PDPage page) throws IOException {
        var mending = new Mending(page.getResources(), false);
        List<Object> tokens = mending.of(new PDFStreamParser(page).parse());
        var stream = new PDStream(pdf);
        try (OutputStream out = stream.createOutputStream(COSName.FLATE_DECODE)) {
            new ContentStreamWriter(out).writeTokens(tokens);
        }
        page.setContents(stream);
        mendForms(page.getResources());
        return mending.texts.all();
    }

    /* What a form draws has the mark of whoever calls it. */
    private void mendForms(PDResources resources) throws IOException {
        for (COSName name : resources.getXObjectNames()) {
            if (resources.isImageXObject(name)
                    || !(resources.getXObject(name) instanceof PDFormXObject form)
                    || !forms.add(form.getCOSObject())) {
                continue;
            }
            PDResources own = form.getResources();
            if (own == null) {
                continue;
            }
            var mending = new Mending(own, true);
            List<Object> tokens = mending.of(parse(form));
            if (mending.boxed) {
                try (OutputStream out =
                        form.getCOSObject().createOutputStream(COSName.FLATE_DECODE)) {
                    new ContentStreamWriter(out).writeTokens(tokens);
                }
            }
            mendForms(own);
        }
    }

    private static List<Object> parse(PDFormXObject form) throws IOException {
        try (InputStream in = form.getContents()) {
            return new PDFStreamParser(in.readAllBytes()).parse();
        }
    }

    private PDType0Font boxes() throws IOException {
        if (boxes == null) {
            try (InputStream font =
                    PDDocument.class.getResourceAsStream(
                            "/org/apache/pdfbox/resources/ttf/LiberationSans-Regular.ttf")) {
                if (font == null) {
                    throw new IOException("PDFBox has no font any more");
                }
                boxes = PDType0Font.load(pdf, font, true);
            }
            // A page that is not in the document makes the font known to it, and what is used of
            // it.
            try (var content = new PDPageContentStream(pdf, new PDPage())) {
                content.beginText();
                content.setFont(boxes, 1);
                content.showText(BOX_CHARACTER);
                content.endText();
            }
        }
        return boxes;
    }

    /** One stream of operators with what stands before each. */
    private final class Mending {

        private final PDResources resources;
        private final List<Object> written = new ArrayList<>();
        private final List<Object> operands = new ArrayList<>();
        private final List<Object> path = new ArrayList<>();
        private final MarkedTexts texts = new MarkedTexts();
        private final Map<COSName, PDFont> fonts = new HashMap<>();
        private COSName font = COSName.getPDFName("none");
        private COSNumber size = COSFloat.ONE;
        private float line;
        private int marks;
        private boolean boxed;

        Mending(PDResources resources, boolean marked) {
            this.resources = resources;
            this.marks = marked ? 1 : 0;
        }

        List<Object> of(List<Object> tokens) throws IOException {
            for (Object token : tokens) {
                if (token instanceof Operator operator) {
                    take(operator);
                } else {
                    operands.add(token);
                }
            }
            flush(path);
            return written;
        }

        private void take(Operator operator) throws IOException {
            String name = operator.getName();
            switch (name) {
                case OperatorName.BEGIN_MARKED_CONTENT, OperatorName.BEGIN_MARKED_CONTENT_SEQ -> {
                    marks++;
                    texts.begin(operands.getLast());
                }
                case OperatorName.END_MARKED_CONTENT -> {
                    marks--;
                    texts.end();
                }
                case OperatorName.SET_MATRIX -> line = number(5);
                case OperatorName.MOVE_TEXT -> line += number(1);
                case OperatorName.SET_FONT_AND_SIZE -> {
                    font = (COSName) operands.get(0);
                    size = (COSNumber) operands.get(1);
                }
                default -> {}
            }
            if (PATH.contains(name)) {
                path.addAll(operands);
                path.add(operator);
                operands.clear();
            } else if (PAINT.contains(name) && marks == 0) {
                written.add(ARTIFACT);
                written.add(Operator.getOperator(OperatorName.BEGIN_MARKED_CONTENT));
                paint(operator);
                written.add(Operator.getOperator(OperatorName.END_MARKED_CONTENT));
            } else {
                paint(operator);
            }
        }

        private float number(int operand) {
            return ((COSNumber) operands.get(operand)).floatValue();
        }

        private void paint(Operator operator) throws IOException {
            flush(path);
            List<COSBase> shown = shown(operator);
            if (!shown.isEmpty() && font() instanceof PDType0Font composite) {
                texts.add(shown, composite, line);
                if (shown.stream().anyMatch(Mending::hasNothing)) {
                    operands.clear();
                    for (COSBase part : shown) {
                        show(part, composite);
                    }
                    return;
                }
            }
            flush(operands);
            written.add(operator);
        }

        private @Nullable PDFont font() throws IOException {
            PDFont known = fonts.get(font);
            if (known == null) {
                known = resources.getFont(font);
                if (known != null) {
                    fonts.put(font, known);
                }
            }
            return known;
        }

        /* The strings and moves of an operator that shows text; none for others. */
        private List<COSBase> shown(Operator operator) {
            return switch (operator.getName()) {
                case OperatorName.SHOW_TEXT -> List.of((COSBase) operands.getFirst());
                case OperatorName.SHOW_TEXT_ADJUSTED ->
                        List.copyOf(((COSArray) operands.getFirst()).toList());
                default -> List.of();
            };
        }

        /* Fonts of Chrome have two bytes a sign, and the first sign is the one for "none". */
        private static boolean hasNothing(COSBase part) {
            if (part instanceof COSString text) {
                byte[] bytes = text.getBytes();
                for (int sign = 0; sign + 1 < bytes.length; sign += 2) {
                    if (isNothing(bytes, sign)) {
                        return true;
                    }
                }
            }
            return false;
        }

        private static boolean isNothing(byte[] bytes, int sign) {
            return bytes[sign] == 0 && bytes[sign + 1] == 0;
        }

        private void show(COSBase part, PDType0Font composite) throws IOException {
            if (!(part instanceof COSString text)) {
                show(part);
                return;
            }
            byte[] bytes = text.getBytes();
            int from = 0;
            while (from + 1 < bytes.length) {
                boolean nothing = isNothing(bytes, from);
                int to = from;
                while (to + 1 < bytes.length && isNothing(bytes, to) == nothing) {
                    to += 2;
                }
                if (nothing) {
                    showBoxes((to - from) / 2, composite);
                } else {
                    show(new COSString(Arrays.copyOfRange(bytes, from, to)));
                }
                from = to;
            }
        }

        /* Each takes as much room as what it stands for, so that all after it stays in its place. */
        private void showBoxes(int signs, PDType0Font composite) throws IOException {
            PDType0Font box = boxes();
            resources.put(BOX, box);
            boxed = true;
            byte[] code = box.encode(BOX_CHARACTER);
            var move = new COSFloat(box.getStringWidth(BOX_CHARACTER) - composite.getWidth(0));
            var line = new COSBase[2 * signs];
            for (int sign = 0; sign < signs; sign++) {
                line[2 * sign] = new COSString(code);
                line[2 * sign + 1] = move;
            }
            setFont(BOX);
            show(line);
            setFont(font);
        }

        private void show(COSBase... line) {
            var array = new COSArray();
            for (COSBase part : line) {
                array.add(part);
            }
            written.add(array);
            written.add(Operator.getOperator(OperatorName.SHOW_TEXT_ADJUSTED));
        }

        private void setFont(COSName which) {
            written.add(which);
            written.add(size);
            written.add(Operator.getOperator(OperatorName.SET_FONT_AND_SIZE));
        }

        private void flush(List<Object> held) {
            written.addAll(held);
            held.clear();
        }
    }
}
