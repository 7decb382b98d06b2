/** Makes answers smaller on their way. */
@NullMarked
package io.stepfree.gateway.compression;

import org.jspecify.annotations.NullMarked;
