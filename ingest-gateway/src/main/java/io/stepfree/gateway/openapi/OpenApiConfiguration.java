package io.stepfree.gateway.openapi;

import io.stepfree.gateway.access.Caller;
import io.stepfree.gateway.access.Needs;
import io.stepfree.gateway.access.NeedsNoKey;
import io.swagger.v3.core.jackson.ModelResolver;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.customizers.OperationCustomizer;
import org.springdoc.core.customizers.SpringDocCustomizers;
import org.springdoc.core.properties.SpringDocConfigProperties;
import org.springdoc.core.providers.ObjectMapperProvider;
import org.springdoc.core.providers.SpringDocProviders;
import org.springdoc.core.service.AbstractRequestService;
import org.springdoc.core.service.GenericResponseService;
import org.springdoc.core.service.OpenAPIService;
import org.springdoc.core.service.OperationService;
import org.springdoc.core.utils.SpringDocUtils;
import org.springframework.beans.factory.ObjectFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.http.MediaType;
import org.springframework.http.converter.HttpMessageConverters;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import tools.jackson.databind.JsonNode;

/** Wires the OpenAPI document. */
@Configuration(proxyBeanMethods = false)
public class OpenApiConfiguration {

    private static final String PARTS = "classpath*:openapi/*.yaml";
    private static final String SCHEME = "key";

    static {
        // Not for clients to send, and no bean to look into.
        SpringDocUtils.getConfig()
                .addRequestWrapperToIgnore(Caller.class)
                .replaceWithClass(JsonNode.class, Object.class);
    }

    @Bean
    SchemaNames schemaNames() {
        return new SchemaNames();
    }

    @Bean
    ModelResolver answerResolver(ObjectMapperProvider json, SchemaNames names) {
        return new ModelResolver(json.jsonMapper(), names).openapi31(true);
    }

    @Bean
    ApiDocument apiDocument(SchemaNames names) throws IOException {
        var parts = new ArrayList<String>();
        Resource[] files = new PathMatchingResourcePatternResolver().getResources(PARTS);
        for (Resource file :
                Stream.of(files)
                        .sorted(Comparator.comparing(OpenApiConfiguration::name))
                        .toList()) {
            parts.add(file.getContentAsString(StandardCharsets.UTF_8));
        }
        return new ApiDocument(parts, names);
    }

    @Bean
    OpenApiController openApiController(
            ObjectFactory<OpenAPIService> builders,
            AbstractRequestService requests,
            GenericResponseService responses,
            OperationService operations,
            SpringDocConfigProperties properties,
            SpringDocProviders providers,
            SpringDocCustomizers customizers,
            ApiDocument document) {
        return new OpenApiController(
                builders,
                requests,
                responses,
                operations,
                properties,
                providers,
                customizers,
                document);
    }

    /* Told by the annotations that also guard the routes. */
    @Bean
    OperationCustomizer accessCustomizer() {
        return (operation, method) -> {
            operation.setOperationId(
                    name(method.getBeanType()) + "." + method.getMethod().getName());
            operation.setSecurity(security(method));
            return operation;
        };
    }

    /* With springdoc comes a library for YAML, with which all answers could be asked for as such. */
    @Bean
    WebMvcConfigurer withoutYaml() {
        return new WebMvcConfigurer() {
            @Override
            public void configureMessageConverters(HttpMessageConverters.ServerBuilder builder) {
                builder.configureMessageConvertersList(converters ->
                        converters.removeIf(converter ->
                                converter
                                        .getSupportedMediaTypes()
                                        .contains(MediaType.APPLICATION_YAML)));
            }
        };
    }

    private static List<SecurityRequirement> security(HandlerMethod method) {
        if (AnnotatedElementUtils.hasAnnotation(method.getBeanType(), NeedsNoKey.class)) {
            return List.of();
        }
        @Nullable Needs needs = method.getMethodAnnotation(Needs.class);
        if (needs == null) {
            needs = AnnotatedElementUtils.findMergedAnnotation(method.getBeanType(), Needs.class);
        }
        List<String> scopes = needs == null ? List.of() : List.of(needs.value().word());
        return List.of(new SecurityRequirement().addList(SCHEME, scopes));
    }

    private static String name(Class<?> controller) {
        String name = controller.getSimpleName().replace("Controller", "");
        return Character.toLowerCase(name.charAt(0)) + name.substring(1);
    }

    private static String name(Resource file) {
        return String.valueOf(file.getFilename());
    }
}
