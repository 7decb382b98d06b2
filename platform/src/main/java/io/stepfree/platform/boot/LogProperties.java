package io.stepfree.platform.boot;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The log of a service that runs by itself; that of {@code ./stepfree up} is always plain.
 *
 * @param format plain for people, or ecs for JSON in the terms of the Elastic Common Schema; a
 *     logging.pattern or logging.structured setting of Spring Boot goes before it
 */
@ConfigurationProperties("stepfree.logs")
record LogProperties(@DefaultValue("plain") LogFormat format) {}
