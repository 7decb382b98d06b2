package io.stepfree.schemas.registry;

/**
 * Names a schema that another one uses, kept under its own subject.
 *
 * @param name the full Avro name of the type
 * @param subject the subject it is registered under
 * @param version its version there, from 1
 */
public record SchemaReference(String name, String subject, int version) {}
