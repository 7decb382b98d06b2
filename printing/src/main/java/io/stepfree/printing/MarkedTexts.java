package io.stepfree.printing;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.pdfbox.cos.COSBase;
import org.apache.pdfbox.cos.COSDictionary;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.cos.COSString;
import org.apache.pdfbox.pdmodel.font.PDType0Font;

/**
 * The texts of a page by the number of the mark that they stand in (MCID), gathered while its
 * operators go by. Not thread-safe.
 */
final class MarkedTexts {

    /** What stands for a character without a font and without an ActualText. */
    private static final String NOTHING = "\u25A1";

    private static final int NONE = -1;

    private final Map<Integer, StringBuilder> texts = new HashMap<>();
    private final Map<Integer, Float> lines = new HashMap<>();
    private final Deque<Mark> open = new ArrayDeque<>();

    /**
     * @param number the nearest one from here outwards, {@link #NONE} for none
     * @param told whether what is inside was said as a whole by an ActualText
     */
    private record Mark(int number, boolean told) {}

    /**
     * @param properties of the mark that begins, or its name where it has none
     */
    void begin(Object properties) {
        Mark outer = open.peek();
        int number = outer == null ? NONE : outer.number();
        boolean told = outer != null && outer.told();
        if (properties instanceof COSDictionary dictionary) {
            number = dictionary.getInt(COSName.MCID, number);
            String actual = dictionary.getString(COSName.ACTUAL_TEXT);
            if (actual != null && !told) {
                add(number, actual);
                told = true;
            }
        }
        open.push(new Mark(number, told));
    }

    void end() {
        open.poll();
    }

    /**
     * Text that is shown now, with what moves between its parts.
     *
     * @param line how far down; the blank at which a line is broken is not shown
     */
    void add(List<COSBase> shown, PDType0Font font, float line) throws IOException {
        Mark mark = open.peek();
        if (mark == null || mark.told() || mark.number() == NONE) {
            return;
        }
        Float before = lines.put(mark.number(), line);
        if (before != null && before != line) {
            add(mark.number(), " ");
        }
        for (COSBase part : shown) {
            if (part instanceof COSString text) {
                add(mark.number(), unicode(text.getBytes(), font));
            }
        }
    }

    Map<Integer, String> all() {
        var all = new HashMap<Integer, String>();
        texts.forEach((number, text) -> all.put(number, text.toString()));
        return all;
    }

    private void add(int number, String text) {
        if (number != NONE) {
            texts.computeIfAbsent(number, _ -> new StringBuilder()).append(text);
        }
    }

    private static String unicode(byte[] bytes, PDType0Font font) throws IOException {
        var text = new StringBuilder();
        for (int sign = 0; sign + 1 < bytes.length; sign += 2) {
            int code = ((bytes[sign] & 0xFF) << 8) | (bytes[sign + 1] & 0xFF);
            String unicode = code == 0 ? NOTHING : font.toUnicode(code);
            text.append(unicode == null ? NOTHING : unicode);
        }
        return text.toString();
    }
}
