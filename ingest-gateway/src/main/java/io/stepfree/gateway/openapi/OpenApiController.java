package io.stepfree.gateway.openapi;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.stepfree.gateway.access.NeedsNoKey;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.customizers.SpringDocCustomizers;
import org.springdoc.core.properties.SpringDocConfigProperties;
import org.springdoc.core.providers.SpringDocProviders;
import org.springdoc.core.service.AbstractRequestService;
import org.springdoc.core.service.GenericResponseService;
import org.springdoc.core.service.OpenAPIService;
import org.springdoc.core.service.OperationService;
import org.springdoc.webmvc.api.OpenApiResource;
import org.springframework.beans.factory.ObjectFactory;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Serves the OpenAPI document, which is made when it is first asked for and then kept. Springdoc
 * looks at the code; its own route is switched off. Thread-safe.
 */
@NeedsNoKey
@RestController
public final class OpenApiController extends OpenApiResource {

    private static final String PATH = "/openapi.json";
    private static final Duration KEEP = Duration.ofMinutes(5);

    private final ApiDocument document;
    private volatile byte @Nullable [] made;

    OpenApiController(
            ObjectFactory<OpenAPIService> builders,
            AbstractRequestService requests,
            GenericResponseService responses,
            OperationService operations,
            SpringDocConfigProperties properties,
            SpringDocProviders providers,
            SpringDocCustomizers customizers,
            ApiDocument document) {
        super(builders, requests, responses, operations, properties, providers, customizers);
        this.document = document;
    }

    @GetMapping(PATH)
    ResponseEntity<byte[]> document(HttpServletRequest request) throws JsonProcessingException {
        byte[] bytes = made;
        if (bytes == null) {
            // Two at once make the same.
            bytes = document.of(openapiJson(request, PATH, Locale.ENGLISH));
            made = bytes;
        }
        return ResponseEntity.ok()
                .contentType(MediaType.APPLICATION_JSON)
                .cacheControl(CacheControl.maxAge(KEEP).cachePublic())
                .body(bytes);
    }

    /* Whoever asks knows the address, and the document is the same for all. */
    @Override
    protected String getServerUrl(HttpServletRequest request, String apiDocsUrl) {
        return "/";
    }
}
