/**
 * The operators' side: shows what has died or could not be read and what it has in common, and
 * orders what is to become of it.
 */
@NullMarked
package io.stepfree.gateway.deadletters;

import org.jspecify.annotations.NullMarked;
