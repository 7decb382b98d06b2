package io.stepfree.load.chaos.site;

/**
 * Somebody asked for a page.
 *
 * @param at in milliseconds of the epoch
 * @param path what was asked for
 */
public record Visit(long at, String path) {}
