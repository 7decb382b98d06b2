/** What a report says: the document made of one scan result, in the shape of its JSON. */
@NullMarked
package io.stepfree.reporting.document;

import org.jspecify.annotations.NullMarked;
