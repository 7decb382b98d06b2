/** The operators' side: shows what has died or could not be read, and orders replays. */
@NullMarked
package io.stepfree.gateway.deadletters;

import org.jspecify.annotations.NullMarked;
