/** Loads what text is made small with. */
@NullMarked
package io.stepfree.platform.compression;

import org.jspecify.annotations.NullMarked;
