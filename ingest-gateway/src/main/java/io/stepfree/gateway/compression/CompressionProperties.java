package io.stepfree.gateway.compression;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How answers go over the wire.
 *
 * @param enabled whether they are encoded with Brotli or gzip for clients that can read it
 */
@ConfigurationProperties("stepfree.compression")
public record CompressionProperties(@DefaultValue("true") boolean enabled) {}
