package io.stepfree.printing;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Calendar;
import java.util.GregorianCalendar;
import java.util.Objects;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.cos.COSDictionary;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.io.MemoryUsageSetting;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDDocumentInformation;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.common.PDMetadata;
import org.apache.pdfbox.pdmodel.interactive.viewerpreferences.PDViewerPreferences;

/**
 * Makes of Chrome's print what PDF/UA-1 (ISO 14289-1) asks for: Chrome tags what it prints, and
 * forgets a part. Whatever a document could do, but show text and lead to http and https, is not in
 * it afterwards. The same print of the same moment gives the same bytes. Stateless.
 */
final class AccessiblePdf {

    private static final String MAKER = "Stepfree";

    /** What is changed of a document is held here, and beyond it in the scratch folder. */
    private static final long IN_MEMORY = 8_000_000;

    private AccessiblePdf() {}

    /**
     * @param printed as Chrome made it
     * @param at when the document was made, for those who ask it
     * @param document where it is written
     * @param scratch for temporary files
     */
    static void write(Path printed, Instant at, Path document, Path scratch) throws IOException {
        var memory =
                MemoryUsageSetting.setupMixed(IN_MEMORY).setTempDir(scratch.toFile()).streamCache;
        try (var pdf = Loader.loadPDF(printed.toFile(), "", null, null, memory)) {
            var structure = StructureTree.of(pdf);
            var contents = new ContentStreams(pdf);
            for (PDPage page : pdf.getPages()) {
                Links.mend(page, structure, contents.mend(page));
                // Annotations in the order of the structure (7.18.3).
                page.getCOSObject().setItem(COSName.getPDFName("Tabs"), COSName.S);
                page.getCOSObject().removeItem(COSName.AA);
            }
            structure.mend();
            describe(pdf, at);
            pdf.save(document.toFile());
        }
    }

    private static void describe(PDDocument pdf, Instant at) throws IOException {
        var catalog = pdf.getDocumentCatalog();
        catalog.getCOSObject().removeItem(COSName.OPEN_ACTION);
        catalog.getCOSObject().removeItem(COSName.AA);
        String title =
                Objects.requireNonNullElse(pdf.getDocumentInformation().getTitle(), "Report");
        Calendar when = GregorianCalendar.from(at.atZone(ZoneOffset.UTC));
        var information = new PDDocumentInformation();
        information.setTitle(title);
        information.setProducer(MAKER);
        information.setCreationDate(when);
        information.setModificationDate(when);
        pdf.setDocumentInformation(information);
        // Of this and the information the identifier of the file is made, else of the clock.
        pdf.setDocumentId(at.toEpochMilli());

        var preferences =
                Objects.requireNonNullElseGet(
                        catalog.getViewerPreferences(),
                        () -> new PDViewerPreferences(new COSDictionary()));
        preferences.setDisplayDocTitle(true);
        catalog.setViewerPreferences(preferences);
        if (catalog.getLanguage() == null) {
            catalog.setLanguage("en");
        }
        var metadata = new PDMetadata(pdf);
        metadata.importXMPMetadata(Xmp.packet(title, MAKER, at));
        catalog.setMetadata(metadata);
    }
}
