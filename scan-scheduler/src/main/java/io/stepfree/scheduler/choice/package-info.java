/**
 * Chooses which waiting scan goes next: by priority, clients in turn, hosts spared, and never more
 * than the workers can take soon.
 */
@NullMarked
package io.stepfree.scheduler.choice;

import org.jspecify.annotations.NullMarked;
