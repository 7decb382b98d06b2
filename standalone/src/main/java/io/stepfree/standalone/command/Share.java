package io.stepfree.standalone.command;

import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a share, written as 10% or 0.1, into a number from 0 to 1. */
final class Share implements ITypeConverter<Double> {

    private static final Pattern FORM = Pattern.compile("([0-9]{1,3}(?:\\.[0-9]{1,6})?)(%?)");

    @Override
    public Double convert(String written) {
        var form = FORM.matcher(written);
        if (form.matches()) {
            double number = Double.parseDouble(form.group(1));
            double share = form.group(2).isEmpty() ? number : number / 100;
            if (share <= 1) {
                return share;
            }
        }
        throw new TypeConversionException(
                "'%s' is no share; write it as 10%% or 0.1".formatted(written));
    }
}
