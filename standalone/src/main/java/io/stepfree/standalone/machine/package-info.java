/**
 * The machine: broker, registry, database and services of one installation, started and stopped
 * together.
 */
@NullMarked
package io.stepfree.standalone.machine;

import org.jspecify.annotations.NullMarked;
