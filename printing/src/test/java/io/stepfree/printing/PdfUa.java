package io.stepfree.printing;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import org.verapdf.core.VeraPDFException;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.flavours.PDFAFlavour;

/** What veraPDF has to say against a document as PDF/UA-1. Thread-safe. */
final class PdfUa {

    private static final int MOST = 20;

    static {
        VeraGreenfieldFoundryProvider.initialise();
    }

    private PdfUa() {}

    /** A sentence for each rule that is broken; empty when the document complies. */
    static List<String> faults(byte[] pdf) throws IOException {
        try (var parser =
                        Foundries.defaultInstance()
                                .createParser(new ByteArrayInputStream(pdf), PDFAFlavour.PDFUA_1);
                var validator =
                        Foundries.defaultInstance()
                                .createValidator(PDFAFlavour.PDFUA_1, MOST, false, false, false)) {
            var result = validator.validate(parser);
            var faults =
                    result.getTestAssertions().stream()
                            .map(fault ->
                                    "%s-%d %s (%s)"
                                            .formatted(
                                                    fault.getRuleId().getClause(),
                                                    fault.getRuleId().getTestNumber(),
                                                    fault.getMessage(),
                                                    fault.getLocation().getContext()))
                            .toList();
            return result.isCompliant() == faults.isEmpty()
                    ? faults
                    : List.of("veraPDF contradicts itself");
        } catch (VeraPDFException e) {
            throw new IOException(e);
        }
    }
}
