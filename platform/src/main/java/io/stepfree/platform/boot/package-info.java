/** Starts a service: its name, its settings, what every service is wired with. */
@NullMarked
package io.stepfree.platform.boot;

import org.jspecify.annotations.NullMarked;
