/**
 * Turns records into the Confluent wire format and back: a zero byte, the schema's id, Avro binary.
 */
@NullMarked
package io.stepfree.schemas.serde;

import org.jspecify.annotations.NullMarked;
