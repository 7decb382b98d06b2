package io.stepfree.standalone.client;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the gateway answers to an order of a test.
 *
 * @param alert the key of the alert that receivers will see
 * @param receivers who is set up to be told; null while no alert-processor is heard of
 */
public record AlertTest(String alert, @Nullable List<String> receivers) {}
