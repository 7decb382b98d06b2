package io.stepfree.reporting.page;

import io.stepfree.reporting.document.ReportDocument.Contrast;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.regex.Pattern;

/**
 * The colours of a finding as a person reads and sees them. It is public for the template only.
 *
 * @param foreground the text's colour
 * @param background the colour behind it
 * @param ratio as "2.85 to 1", never rounded up to what is required
 * @param required the same of what is required; empty where that is not known
 * @param font size and weight of the text; may be empty
 * @param drawable whether both colours are colours and nothing else, so that they can be drawn
 */
public record ContrastSample(
        String foreground,
        String background,
        String ratio,
        String required,
        String font,
        boolean drawable) {

    private static final Pattern COLOUR = Pattern.compile("#[0-9a-fA-F]{6}(?:[0-9a-fA-F]{2})?");

    static ContrastSample of(Contrast contrast) {
        return new ContrastSample(
                VisibleText.of(contrast.foreground()),
                VisibleText.of(contrast.background()),
                toOne(contrast.ratio()),
                contrast.required() > 0 ? toOne(contrast.required()) : "",
                font(VisibleText.of(contrast.fontSize()), VisibleText.of(contrast.fontWeight())),
                COLOUR.matcher(contrast.foreground()).matches()
                        && COLOUR.matcher(contrast.background()).matches());
    }

    private static String toOne(double ratio) {
        return BigDecimal.valueOf(ratio)
                        .setScale(2, RoundingMode.DOWN)
                        .stripTrailingZeros()
                        .toPlainString()
                + " to 1";
    }

    private static String font(String size, String weight) {
        if (size.isBlank() || weight.isBlank()) {
            return size + weight;
        }
        return size + ", weight " + weight;
    }
}
