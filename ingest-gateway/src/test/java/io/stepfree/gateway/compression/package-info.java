/** What makes answers smaller, without a server. */
@NullMarked
package io.stepfree.gateway.compression;

import org.jspecify.annotations.NullMarked;
