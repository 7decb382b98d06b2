package io.stepfree.standalone;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.stepfree.platform.metric.OwnMeter;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The walls between the modules, and between what thinks and what is wired. */
class ModuleBoundariesTest {

    private static final List<String> SERVICES =
            List.of(
                    "io.stepfree.gateway..",
                    "io.stepfree.scheduler..",
                    "io.stepfree.processor..",
                    "io.stepfree.reports..",
                    "io.stepfree.deadletters..",
                    "io.stepfree.alerts..");

    private static final JavaClasses CLASSES =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .withImportOption(location -> !location.contains("-tests.jar"))
                    .importPackages("io.stepfree");

    private static final DescribedPredicate<JavaClass> WIRING =
            named(
                    "Application",
                    "Configuration",
                    "Properties",
                    "Controller",
                    "Filter",
                    "Interceptor",
                    "Advice");

    /** Each with what it takes from Spring; another one needs as good a reason. */
    private static final Map<String, String> EXCEPTIONS =
            Map.ofEntries(
                    Map.entry(
                            "io.stepfree.platform.kafka.TopicListeners", "the listener container"),
                    Map.entry(
                            "io.stepfree.platform.kafka.SchemaRegistration",
                            "starts and stops with the context"),
                    Map.entry(
                            "io.stepfree.platform.streams.StreamsRunner",
                            "starts and stops with the context"),
                    Map.entry(
                            "io.stepfree.platform.boot.CannotStartAnalyzer",
                            "explains a failed start"),
                    Map.entry(
                            "io.stepfree.platform.signal.SignalPublisher",
                            "starts and stops with the context"),
                    Map.entry(
                            "io.stepfree.platform.recovery.ConsumerRecovery",
                            "the listener containers"),
                    Map.entry("io.stepfree.gateway.edge.ProblemAnswers", "HTTP answers"),
                    Map.entry("io.stepfree.gateway.admission.JsonBody", "media types"),
                    Map.entry("io.stepfree.alerts.lag.LagWatch", "the lifecycle"),
                    Map.entry("io.stepfree.alerts.channel.PostReceiver", "the HTTP client"),
                    Map.entry(
                            "io.stepfree.alerts.channel.AlertDelivery",
                            "starts and stops with the context"),
                    Map.entry(
                            "io.stepfree.standalone.machine.Services",
                            "runs the services' contexts"),
                    Map.entry(
                            "io.stepfree.standalone.machine.Targets",
                            "reads settings as the services do"));

    private static final DescribedPredicate<JavaClass> USES_A_SPRING_LIBRARY =
            DescribedPredicate.describe(
                    "known exceptions",
                    type -> EXCEPTIONS.containsKey(outermost(type).getFullName()));

    private static final DescribedPredicate<JavaMethodCall> REGISTERS_A_METER =
            DescribedPredicate.describe(
                    "it registers a meter",
                    call ->
                            call.getTargetOwner()
                                            .getPackageName()
                                            .equals("io.micrometer.core.instrument")
                                    && Set.of("builder", "counter", "timer", "gauge", "summary")
                                            .contains(call.getName()));

    @Test
    void aServiceNeverDependsOnAnother() {
        for (var service : SERVICES) {
            var others = SERVICES.stream().filter(other -> !other.equals(service));
            noClasses()
                    .that()
                    .resideInAPackage(service)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(others.toArray(String[]::new))
                    .because("services talk over topics, and each can run alone")
                    .check(CLASSES);
        }
    }

    @Test
    void nothingDependsOnStandalone() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.stepfree.standalone..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.stepfree.standalone..")
                .because("it is one way of running the services among others")
                .check(CLASSES);
    }

    @Test
    void thePlatformKnowsNoServiceAndTheSchemasKnowNothing() {
        noClasses()
                .that()
                .resideInAPackage("io.stepfree.platform..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(SERVICES.toArray(String[]::new))
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAPackage("io.stepfree.reporting..")
                .should()
                .dependOnClassesThat(
                        resideInAnyPackage("io.stepfree..")
                                .and(
                                        DescribedPredicate.not(
                                                resideInAnyPackage(
                                                        "io.stepfree.reporting..",
                                                        "io.stepfree.schemas.."))))
                .orShould()
                .dependOnClassesThat()
                .resideInAPackage("org.springframework..")
                .because("a report is written alike wherever it is written")
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAPackage("io.stepfree.schemas..")
                .should()
                .dependOnClassesThat(
                        resideInAnyPackage("io.stepfree..")
                                .and(
                                        DescribedPredicate.not(
                                                resideInAnyPackage("io.stepfree.schemas.."))))
                .orShould()
                .dependOnClassesThat()
                .resideInAPackage("org.springframework..")
                .because("a client of the topics in any framework can use them")
                .check(CLASSES);
    }

    @Test
    void springIsOnlyWhereItWires() {
        noClasses()
                .that()
                .resideInAPackage("io.stepfree..")
                .and(DescribedPredicate.not(WIRING))
                .and(DescribedPredicate.not(USES_A_SPRING_LIBRARY))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.springframework..")
                .because("what thinks is made with new, in tests as in the services")
                .check(CLASSES);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("io.stepfree.(**)")
                .should()
                .beFreeOfCycles()
                // What wires everything knows everything, also what in turn knows its package.
                .ignoreDependency(named("Configuration"), DescribedPredicate.alwaysTrue())
                .check(CLASSES);
    }

    @Test
    void metersAreRegisteredThroughTheCatalogueAndEachOfItIs() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.stepfree.platform.metric..")
                .should()
                .callMethodWhere(REGISTERS_A_METER)
                .because("docs/metrics.md tells what OwnMeter declares")
                .check(CLASSES);

        JavaClass catalogue = CLASSES.get(OwnMeter.class);
        for (OwnMeter meter : OwnMeter.values()) {
            assertThat(catalogue.getField(meter.name()).getAccessesToSelf())
                    .as("somebody registers %s", meter.meterName())
                    .anyMatch(access ->
                            !access.getOriginOwner()
                                    .getPackageName()
                                    .equals(catalogue.getPackageName()));
        }
    }

    private static DescribedPredicate<JavaClass> named(String... endings) {
        return DescribedPredicate.describe(
                "named *" + String.join(", *", endings),
                type ->
                        Arrays.stream(endings)
                                .anyMatch(ending ->
                                        outermost(type).getSimpleName().endsWith(ending)));
    }

    private static JavaClass outermost(JavaClass type) {
        return type.getEnclosingClass().map(ModuleBoundariesTest::outermost).orElse(type);
    }
}
