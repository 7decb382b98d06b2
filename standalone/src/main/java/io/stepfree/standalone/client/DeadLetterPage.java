package io.stepfree.standalone.client;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Some dead letters as the gateway tells them.
 *
 * @param items newest first
 * @param next the cursor of the page after it; null on the last one
 */
public record DeadLetterPage(List<DeadLetterView> items, @Nullable String next) {}
