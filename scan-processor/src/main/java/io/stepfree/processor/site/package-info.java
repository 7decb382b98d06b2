/** Reads the documents that tell which pages a site has. */
@NullMarked
package io.stepfree.processor.site;

import org.jspecify.annotations.NullMarked;
