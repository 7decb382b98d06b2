/**
 * Speaks the Confluent Schema Registry REST API, also served by Apicurio under /apis/ccompat/v7.
 */
@NullMarked
package io.stepfree.schemas.registry;

import org.jspecify.annotations.NullMarked;
