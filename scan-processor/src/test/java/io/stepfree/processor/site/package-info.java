/** Tests of how documents of sites are read. */
@NullMarked
package io.stepfree.processor.site;

import org.jspecify.annotations.NullMarked;
