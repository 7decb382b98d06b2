package io.stepfree.standalone.command;

import io.stepfree.standalone.client.RefusedException;
import io.stepfree.standalone.printing.Printable;
import java.io.PrintWriter;

/** Tells a person what the gateway refused, a sentence for each field that is wrong. */
final class Refusal {

    private Refusal() {}

    static void print(RefusedException refused, PrintWriter err) {
        if (refused.faults().isEmpty()) {
            err.println("stepfree: " + Printable.line(String.valueOf(refused.getMessage())));
        }
        for (var fault : refused.faults()) {
            err.println("stepfree: " + sentence(fault));
        }
        err.flush();
    }

    private static String sentence(RefusedException.Fault fault) {
        var value = fault.value();
        if (fault.pointer().equals("/url")) {
            return address(
                    value == null ? "An address" : value,
                    fault.detail(),
                    "the stepfree that scans must allow it, see stepfree up --help");
        }
        return value == null
                ? "%s: %s.".formatted(fault.pointer(), fault.detail())
                : "%s %s: %s.".formatted(fault.pointer(), Printable.line(value), fault.detail());
    }

    /**
     * The sentence about an address that may not be scanned.
     *
     * @param cure what to do about it where it is private and not simply wrong
     */
    static String address(String url, String reason, String cure) {
        var text = "%s cannot be scanned: %s".formatted(Printable.line(url, 200), reason);
        return reason.contains("not a public") || reason.contains("is not one that is scanned")
                ? text + "; " + cure + "."
                : text + ".";
    }
}
