package io.stepfree.gateway.live;

import io.micrometer.core.instrument.MeterRegistry;
import io.stepfree.gateway.access.Callers;
import io.stepfree.platform.kafka.ClientSettings;
import io.stepfree.platform.kafka.TopicListeners;
import io.stepfree.schemas.serde.AvroSerdes;
import io.stepfree.schemas.topic.Topics;
import java.util.List;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;

/** Wires the live streams. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(StreamsProperties.class)
public class LiveConfiguration {

    @Bean
    EventArchive eventArchive(ClientSettings settings, AvroSerdes serdes) {
        return new EventArchive(settings::common, serdes.deserializer(Topics.SCAN_EVENTS));
    }

    @Bean
    EventFeed eventFeed(EventArchive archive) {
        return new EventFeed(archive.before(EventFeed.KEPT));
    }

    @Bean
    ScanEnds scanEnds(EventFeed feed) {
        return new ScanEnds(feed);
    }

    @Bean
    ConcurrentMessageListenerContainer<byte[], byte[]> eventFollower(
            TopicListeners listeners, EventFeed feed, List<ScanEventListener> others) {
        return listeners.follower(
                Topics.SCAN_EVENTS,
                "live-streams",
                (event, record) -> {
                    others.forEach(other -> other.hear(event));
                    // Last: who follows a scan finds that the others know what it was told.
                    feed.handle(event, record);
                },
                feed::next);
    }

    @Bean
    LiveStreams liveStreams(
            StreamsProperties properties,
            EventFeed feed,
            EventArchive archive,
            Callers callers,
            MeterRegistry meters) {
        return new LiveStreams(properties, feed, archive, callers::standing, meters);
    }

    @Bean
    StreamsEnd liveStreamsEnd(LiveStreams streams) {
        return new StreamsEnd(streams);
    }

    /** Ends the streams before the web server begins to wait for the answers that are under way. */
    record StreamsEnd(LiveStreams streams) implements ApplicationListener<ContextClosedEvent> {
        @Override
        public void onApplicationEvent(ContextClosedEvent event) {
            streams.close();
        }
    }
}
