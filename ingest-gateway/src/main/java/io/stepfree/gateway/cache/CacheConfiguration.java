package io.stepfree.gateway.cache;

import io.micrometer.core.instrument.MeterRegistry;
import io.stepfree.platform.breaker.Breakers;
import io.stepfree.platform.erasure.ErasableStore;
import java.time.InstantSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires the cache of results. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(CacheProperties.class)
public class CacheConfiguration {

    @Bean
    CacheMeters cacheMeters(MeterRegistry meters) {
        return new CacheMeters(meters);
    }

    @Bean
    SharedCache sharedCache(CacheProperties properties, Breakers breakers) {
        return properties.enabled() && properties.redis().isSet()
                ? new RedisCache(properties.redis(), breakers)
                : SharedCache.NONE;
    }

    @Bean
    ErasableStore erasableSharedCache(SharedCache shared) {
        return new ErasableResults(shared);
    }

    @Bean
    ResultCache resultCache(
            CacheProperties properties,
            SharedCache shared,
            ResultSource source,
            CacheMeters meters) {
        return new ResultCache(properties, shared, source, meters, InstantSource.system());
    }
}
