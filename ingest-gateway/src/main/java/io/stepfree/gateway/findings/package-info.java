/**
 * Shows what was found over time: the findings of a client, and what has changed since the last
 * scan of a page.
 */
@NullMarked
package io.stepfree.gateway.findings;

import org.jspecify.annotations.NullMarked;
