/** The OpenAPI document: what the code tells, completed by what only people can say. */
@NullMarked
package io.stepfree.gateway.openapi;

import org.jspecify.annotations.NullMarked;
