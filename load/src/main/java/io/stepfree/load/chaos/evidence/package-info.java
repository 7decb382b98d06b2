/** What is left to be read when all is over: topics, tables, files, logs. */
@NullMarked
package io.stepfree.load.chaos.evidence;

import org.jspecify.annotations.NullMarked;
