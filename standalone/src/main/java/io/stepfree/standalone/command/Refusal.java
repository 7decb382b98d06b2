package io.stepfree.standalone.command;

import io.stepfree.platform.problem.FieldError;
import io.stepfree.standalone.client.BulkView;
import io.stepfree.standalone.client.RefusedException;
import io.stepfree.standalone.printing.Printable;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Tells a person what the gateway refused, a sentence for each field that is wrong. */
final class Refusal {

    /** Which option of the command line a field of the body comes from. */
    private static final Map<String, String> OPTIONS =
            Map.ofEntries(
                    Map.entry("batch", "--batch"),
                    Map.entry("type", "--type"),
                    Map.entry("host", "--host"),
                    Map.entry("client", "--client"),
                    Map.entry("pattern", "--pattern"),
                    Map.entry("engine", "--engine"),
                    Map.entry("state", "--state"),
                    Map.entry("q", "--text"),
                    Map.entry("from", "--from"),
                    Map.entry("to", "--to"),
                    Map.entry("limit", "--limit"),
                    Map.entry("cursor", "--cursor"),
                    Map.entry("/filter/state", "--state"),
                    Map.entry("/standard", "--standard"),
                    Map.entry("/priority", "--priority"),
                    Map.entry("/options/timeoutMillis", "--timeout"),
                    Map.entry("/options/device", "--device"),
                    Map.entry("/options/viewport", "--viewport"),
                    Map.entry("/options/userAgent", "--user-agent"),
                    Map.entry("/options/headers", "--header"),
                    Map.entry("/options/cookies", "--cookie"),
                    Map.entry("/options/basicAuth", "--basic-auth"),
                    Map.entry("/options/language", "--language"),
                    Map.entry("/options/waitFor", "--wait-for"),
                    Map.entry("/options/actions", "--actions"),
                    Map.entry("/options/screenshots", "--screenshots"),
                    Map.entry("/filter/type", "--type"),
                    Map.entry("/filter/host", "--host"),
                    Map.entry("/filter/client", "--client"),
                    Map.entry("/filter/pattern", "--pattern"),
                    Map.entry("/filter/engine", "--engine"),
                    Map.entry("by", "--by"),
                    Map.entry("/filter/q", "--text"),
                    Map.entry("/filter/from", "--from"),
                    Map.entry("/filter/to", "--to"),
                    Map.entry("/span/offsets", "--offsets"),
                    Map.entry("/span/from", "--written-from"),
                    Map.entry("/span/to", "--written-before"),
                    Map.entry("/canary/share", "--canary"),
                    Map.entry("/canary/success", "--canary-success"),
                    Map.entry("/rate", "--rate"),
                    Map.entry("/reason", "--reason"));

    private Refusal() {}

    /** Tells what was found wrong before anything was sent. */
    static void print(List<FieldError> errors, PrintWriter err) {
        for (var error : errors) {
            err.println(
                    "stepfree: "
                            + sentence(
                                    new RefusedException.Fault(
                                            String.valueOf(error.pointer()),
                                            error.value(),
                                            error.detail())));
        }
        err.flush();
    }

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
        if (fault.pointer().isEmpty()) {
            return whole(fault);
        }
        if (fault.pointer().equals("/url")) {
            return address(
                    value == null ? "An address" : value,
                    fault.detail(),
                    "the stepfree that scans must allow it, see stepfree up --help");
        }
        var name = Printable.line(named(fault.pointer()));
        return value == null
                ? "%s: %s.".formatted(name, fault.detail())
                : "%s %s: %s.".formatted(name, Printable.line(value), fault.detail());
    }

    /** What is wrong with one row of a file; its fields go by the names that they have there. */
    static String ofRow(BulkView.RowProblem problem) {
        boolean named = problem.errors().stream().anyMatch(fault -> fault.pointer().equals("/url"));
        String address =
                named || problem.url() == null ? "" : Printable.line(problem.url(), 200) + ": ";
        return problem.errors().stream()
                .map(Refusal::inRow)
                .collect(Collectors.joining(" ", address, ""));
    }

    private static String inRow(RefusedException.Fault fault) {
        if (fault.pointer().equals("/url")) {
            return sentence(fault);
        }
        return fault.pointer().isEmpty()
                ? whole(fault)
                : Printable.line(fault.pointer()) + " " + whole(fault);
    }

    /** The sentence about something that needs no name. */
    private static String whole(RefusedException.Fault fault) {
        var detail = Printable.line(fault.detail());
        var value = fault.value();
        return "%s%s%s"
                .formatted(
                        value == null ? "" : Printable.line(value) + ": ",
                        detail,
                        detail.endsWith(".") ? "" : ".");
    }

    /** A pointer as a person at the command line knows it: /options/headers/X is --header X. */
    private static String named(String pointer) {
        return OPTIONS.entrySet().stream()
                .filter(option ->
                        pointer.equals(option.getKey())
                                || pointer.startsWith(option.getKey() + "/"))
                .map(option ->
                        (option.getValue()
                                        + " "
                                        + pointer.substring(option.getKey().length())
                                                .replaceFirst("^/", ""))
                                .strip())
                .findFirst()
                .orElse(pointer);
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
