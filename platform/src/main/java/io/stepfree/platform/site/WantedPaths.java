package io.stepfree.platform.site;

import java.util.List;

/**
 * Which pages of a site are wanted: those that match a pattern to include, where there is one, and
 * none to exclude. Immutable and thread-safe.
 */
public record WantedPaths(List<PathPattern> include, List<PathPattern> exclude) {

    /** So many patterns of each kind there may be. */
    public static final int MOST = 20;

    public WantedPaths {
        include = List.copyOf(include);
        exclude = List.copyOf(exclude);
    }

    /**
     * @throws IllegalArgumentException when one of them cannot be read
     */
    public static WantedPaths of(List<String> include, List<String> exclude) {
        return new WantedPaths(
                include.stream().map(PathPattern::of).toList(),
                exclude.stream().map(PathPattern::of).toList());
    }

    /**
     * Whether a page is wanted.
     *
     * @param path its path and query
     */
    public boolean admit(String path) {
        return (include.isEmpty() || include.stream().anyMatch(pattern -> pattern.matches(path)))
                && exclude.stream().noneMatch(pattern -> pattern.matches(path));
    }
}
