package io.stepfree.reporting.format;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;

/** Makes a PDF of a page for people, for the one format that cannot be written by itself. */
public interface Printer {

    /** A page as HTML that needs nothing from elsewhere. */
    interface Html {

        /** Writes the page as UTF-8. */
        void writeTo(OutputStream out) throws IOException;
    }

    /**
     * Prints the page, and writes the document only when it is whole. Blocks until it is.
     *
     * @param at the moment of which the page speaks, which becomes that of the document
     * @param out left open
     * @throws PrintingException when there will be no document; nothing was written then
     * @throws IOException what the page or the stream threw
     */
    void print(Html page, Instant at, OutputStream out) throws IOException;

    /** One that prints nothing and says so, where there is no browser. */
    static Printer none() {
        return (_, _, _) -> {
            throw new PrintingException(
                    PrintingException.Reason.NO_BROWSER,
                    "There is no browser to print it with: install chromium-headless-shell (bin/install-browser does so on Debian and Ubuntu)");
        };
    }
}
