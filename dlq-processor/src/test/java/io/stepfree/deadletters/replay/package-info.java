/** Sends dead scans back to the start of the data path when an operator orders it. */
@NullMarked
package io.stepfree.deadletters.replay;

import org.jspecify.annotations.NullMarked;
