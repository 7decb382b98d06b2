/** Shows a report document to people, as one HTML file that needs nothing beside itself. */
@NullMarked
package io.stepfree.reporting.page;

import org.jspecify.annotations.NullMarked;
