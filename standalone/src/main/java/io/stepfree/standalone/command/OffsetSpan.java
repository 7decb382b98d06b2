package io.stepfree.standalone.command;

import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A stretch of one partition, as it is written on the command line.
 *
 * @param partition the partition
 * @param first the first offset
 * @param last the last offset, which belongs to it
 */
record OffsetSpan(int partition, long first, long last) {

    /** Reads one, written as PARTITION:FIRST-LAST. */
    static final class Reader implements ITypeConverter<OffsetSpan> {

        private static final Pattern FORM =
                Pattern.compile("([0-9]{1,5}):([0-9]{1,18})-([0-9]{1,18})");

        @Override
        public OffsetSpan convert(String written) {
            var form = FORM.matcher(written);
            if (!form.matches()) {
                throw new TypeConversionException(
                        "'%s' is no stretch of a partition; write PARTITION:FIRST-LAST, as in 3:120-480"
                                .formatted(written));
            }
            return new OffsetSpan(
                    Integer.parseInt(form.group(1)),
                    Long.parseLong(form.group(2)),
                    Long.parseLong(form.group(3)));
        }
    }
}
