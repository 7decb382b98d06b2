package io.stepfree.standalone.client;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How far a site is, as the gateway tells it.
 *
 * @param id its id
 * @param status exploring, finishing or ended
 * @param stopped why no more pages are looked for; null while they are
 * @param batch the batch of its scans
 * @param failure why nothing could be scanned; null otherwise
 * @param problems what to know before believing the numbers
 */
public record SiteView(
        String id,
        String status,
        @Nullable String stopped,
        String batch,
        Pages pages,
        Skipped skipped,
        Coverage coverage,
        @Nullable Failure failure,
        List<String> problems) {

    /** How many pages there are of each kind. */
    public record Pages(
            int limit,
            long found,
            long waiting,
            long submitted,
            long completed,
            long deadLettered,
            long cancelled) {}

    /** How many addresses were left out, by reason. */
    public record Skipped(
            long robots,
            long depth,
            long pattern,
            long duplicate,
            long canonical,
            long limit,
            long stopped) {}

    /** How much of the site's variety was seen. */
    public record Coverage(int templates, int rules, int pagesSinceNew) {}

    /** Why nothing could be scanned. */
    public record Failure(String type, String message) {}

    public SiteView {
        problems = List.copyOf(problems);
    }

    /** Whether also the last of its scans has ended. */
    @JsonIgnore
    public boolean hasEnded() {
        return status.equals("ended");
    }

    /** Where it stands, in one line. */
    @JsonIgnore
    public String standing() {
        return "%,d pages found, %,d submitted: %,d completed, %,d could not be scanned, %,d cancelled"
                .formatted(
                        pages.found(),
                        pages.submitted(),
                        pages.completed(),
                        pages.deadLettered(),
                        pages.cancelled());
    }
}
