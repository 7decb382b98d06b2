package io.stepfree.gateway.admission;

import io.stepfree.platform.problem.FieldError;
import io.stepfree.platform.problem.JsonPointer;
import io.stepfree.platform.problem.ProblemException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a schedule has scanned each time: one scan, or pages that become a batch. Read again at each
 * of its times, because what may be scanned can change.
 *
 * @param batch whether it becomes a batch
 * @param pages how many there are, be they right or wrong
 * @param good those that may be scanned, by their number from 1
 * @param callback whom to tell when the batch has ended; that of one scan is the scan's own
 * @param errors what is wrong with the others
 */
public record ScheduledOrder(
        boolean batch,
        int pages,
        NavigableMap<Integer, NewScan> good,
        @Nullable Callback callback,
        List<FieldError> errors) {

    private static final String SCAN = "scan";
    private static final String URLS = "urls";
    private static final String DEFAULTS = "defaults";

    /** The fields that it is written in. */
    static final List<String> FIELDS = List.of(SCAN, URLS, DEFAULTS, "callback");

    private static final StrictJson KEPT = new StrictJson("order");

    public ScheduledOrder {
        good = Collections.unmodifiableNavigableMap(new TreeMap<>(good));
        errors = List.copyOf(errors);
    }

    /** The order that was kept, as it is judged now. */
    public static ScheduledOrder read(String kept, ScanAdmission admission) {
        JsonNode document = KEPT.parse(kept);
        var errors = new ArrayList<FieldError>();
        ObjectFields fields =
                ObjectFields.ofDocument(document, errors)
                        .orElseThrow(() -> new IllegalStateException("an order is an object"));
        ScheduledOrder order = read(fields, document, admission, Integer.MAX_VALUE);
        return order.with(errors);
    }

    /**
     * The order in these fields; its errors are in it.
     *
     * @param most how many pages it may have
     */
    static ScheduledOrder read(
            ObjectFields fields, JsonNode document, ScanAdmission admission, int most) {
        if (fields.has(SCAN) == fields.has(URLS)) {
            FIELDS.forEach(fields::isKnown);
            fields.wrong("needs either %s or %s".formatted(SCAN, URLS));
            return new ScheduledOrder(false, 0, Collections.emptyNavigableMap(), null, List.of());
        }
        return fields.has(SCAN)
                ? one(fields, document, admission)
                : many(fields, document, admission, most);
    }

    private static ScheduledOrder one(
            ObjectFields fields, JsonNode document, ScanAdmission admission) {
        fields.isKnown(SCAN);
        var good = new TreeMap<Integer, NewScan>();
        var errors = new ArrayList<FieldError>();
        try {
            good.put(1, admission.admit(document.path(SCAN)));
        } catch (ProblemException e) {
            errors.addAll(under(JsonPointer.ROOT.child(SCAN), e.errors()));
        }
        return new ScheduledOrder(false, 1, good, null, errors);
    }

    private static ScheduledOrder many(
            ObjectFields fields, JsonNode document, ScanAdmission admission, int most) {
        FIELDS.forEach(fields::isKnown);
        var errors = new ArrayList<FieldError>();
        Callback callback = admission.callback(fields);
        ScanDefaults defaults = ScanDefaults.OF_MANY;
        JsonNode written = document.get(DEFAULTS);
        if (written != null) {
            try {
                defaults = ScanDefaults.read(written);
            } catch (ProblemException e) {
                errors.addAll(e.errors());
            }
        }
        JsonNode urls = document.path(URLS);
        if (!urls.isArray() || urls.isEmpty() || urls.size() > most) {
            fields.wrong(URLS, null, "must be an array of 1 to %,d addresses".formatted(most));
            return new ScheduledOrder(true, 0, new TreeMap<>(), callback, errors);
        }
        var good = new TreeMap<Integer, NewScan>();
        if (errors.isEmpty()) {
            for (int i = 0; i < urls.size(); i++) {
                JsonNode row = JsonMapper.shared().createObjectNode().set("url", urls.path(i));
                try {
                    good.put(i + 1, admission.admitRow(row, defaults));
                } catch (ProblemException e) {
                    errors.addAll(ofRow(i, e.errors()));
                }
            }
        }
        return new ScheduledOrder(true, urls.size(), good, callback, errors);
    }

    private static List<FieldError> under(JsonPointer place, List<FieldError> errors) {
        return errors.stream()
                .map(error ->
                        FieldError.in(
                                new JsonPointer(place.text() + error.pointer()),
                                error.value(),
                                error.detail()))
                .toList();
    }

    /* An address is all that a row has; what is wrong with the defaults stands there. */
    private static List<FieldError> ofRow(int row, List<FieldError> errors) {
        JsonPointer place = JsonPointer.ROOT.child(URLS).child(Integer.toString(row));
        return errors.stream()
                .map(error ->
                        "/url".equals(error.pointer())
                                ? FieldError.in(place, error.value(), error.detail())
                                : error)
                .toList();
    }

    private ScheduledOrder with(List<FieldError> more) {
        var all = new ArrayList<>(errors);
        all.addAll(more);
        return new ScheduledOrder(batch, pages, good, callback, all);
    }
}
