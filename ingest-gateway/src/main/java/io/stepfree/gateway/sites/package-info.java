/** Takes sites in, shows how far they are, and cancels them. */
@NullMarked
package io.stepfree.gateway.sites;

import org.jspecify.annotations.NullMarked;
