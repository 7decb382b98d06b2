package io.stepfree.reporting.page;

import io.stepfree.reporting.pages.Decided;
import io.stepfree.reporting.pages.Overlay;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is said beside an element. It is public for the template only.
 *
 * @param state as "New"; null where it was there before, or was not compared
 * @param again Confirmed or Flickering, where it is new and the page was looked at again; null
 *     otherwise, and where that cannot tell
 * @param decided what was decided of it; null where nothing was
 */
public record ElementMark(
        @Nullable String state, @Nullable String again, @Nullable Decided decided) {

    static @Nullable ElementMark of(Overlay.@Nullable Mark mark) {
        if (mark == null) {
            return null;
        }
        String state = word(mark.state());
        return state == null && mark.decided() == null
                ? null
                : new ElementMark(state, again(mark.again()), mark.decided());
    }

    static @Nullable String again(@Nullable String outcome) {
        return switch (outcome) {
            case "confirmed" -> "Confirmed";
            case "flickering" -> "Flickering";
            case null, default -> null;
        };
    }

    private static @Nullable String word(@Nullable String state) {
        return switch (state) {
            case "new" -> "New";
            case "newly_observed" -> "Newly observed";
            case "engine_changed" -> "Engine changed";
            case null, default -> null;
        };
    }

    /** Accepted, Ignored or Assigned; null where nothing was decided. */
    public @Nullable String decision() {
        return decided == null ? null : Decisions.word(decided);
    }

    /** Why it was decided so; empty where nothing was. */
    public String reason() {
        return decided == null ? "" : Decisions.reason(decided);
    }

    /** When that ends; null when it does not. */
    public @Nullable Instant until() {
        return decided == null ? null : decided.until();
    }

    List<String> words() {
        return Stream.of(state, again, decision()).filter(Objects::nonNull).toList();
    }
}
