package io.stepfree.standalone.command;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a port of an option, so that one that cannot exist is wrong usage and nothing worse. */
final class PortNumber implements ITypeConverter<Integer> {

    private static final int LARGEST = 65_535;

    @Override
    public Integer convert(String text) {
        try {
            int port = Integer.parseInt(text);
            if (port >= 0 && port <= LARGEST) {
                return port;
            }
        } catch (NumberFormatException _) {
            // Told below, as one that is out of range.
        }
        throw new TypeConversionException(
                "'%s' is no port; give a number from 1 to %d, or 0 for any free one"
                        .formatted(text, LARGEST));
    }
}
