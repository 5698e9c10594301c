package dev.lanewise;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// What may depend on what, and what is banned: read from the class files of all modules.
class ConventionsTest {

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(location -> !location.contains("/test-classes/") && !location.contains("/test/"))
            .importPackages("dev.lanewise");

    /// A package and what it may use, and with that whatever those may use. Each stands below what it uses, so
    /// there is no cycle. A name with two dots is a library.
    private static final Map<String, SequencedSet<String>> ALLOWED = table("""
        runtime.random          :
        runtime                 : runtime.random
        runtime.team            : runtime
        runtime.simd            : runtime, jdk.incubator.vector..
        runtime.model           : runtime.random, runtime.team, runtime.simd
        runtime.train           : runtime.model
        runtime.data            : runtime, runtime.random, runtime.model, de.siegmar.fastcsv.., javax.imageio..
        dsl.source              :
        dsl.diagnostic          : dsl.source
        dsl.syntax              : dsl.diagnostic
        dsl.javafn              : dsl.syntax, com.github.javaparser..
        compiler.graph          : dsl.syntax, runtime.model
        compiler.scalar         : compiler.graph
        compiler.elaborate      : compiler.scalar, dsl.javafn
        compiler.lint           : compiler.scalar
        compiler.autodiff       : compiler.graph
        compiler.optimize       : compiler.scalar
        compiler.loops          : compiler.graph
        compiler.schedule       : compiler.loops
        compiler.fit            : compiler.optimize, compiler.schedule
        compiler.interpret      : compiler.scalar
        compiler.check          : compiler.autodiff, compiler.optimize, compiler.interpret
        compiler.emit.code      : compiler.scalar, org.objectweb.asm.., jdk.incubator.vector..
        compiler.emit           : compiler.scalar, compiler.loops, compiler.emit.code, org.objectweb.asm.., com.github.javaparser..
        compiler.jar            : compiler.emit, runtime.train, org.objectweb.asm..
        compiler                : compiler.elaborate, compiler.lint, compiler.autodiff, compiler.optimize, compiler.check, compiler.interpret, compiler.fit, compiler.jar
        cli.console             : runtime.model, dsl.diagnostic, picocli..
        cli.network             : cli.console, compiler, runtime.data, picocli..
        cli.stats               : cli.network
        cli.explain             : cli.stats, javax.imageio..
        cli.bench               : cli.explain
        cli                     : cli.bench, picocli..
        """);

    @TestFactory
    Stream<DynamicTest> aPackageUsesOnlyWhatItMay() {
        return ALLOWED.entrySet().stream()
                .map(entry -> DynamicTest.dynamicTest(entry.getKey(), () -> {
                    var allowed = new ArrayList<String>(
                            List.of("java..", "org.jspecify.annotations", "dev.lanewise." + entry.getKey()));
                    for (var name : entry.getValue()) {
                        allowed.add(isLibrary(name) ? name : "dev.lanewise." + name);
                    }
                    classes()
                            .that()
                            .resideInAPackage("dev.lanewise." + entry.getKey())
                            .should()
                            .onlyDependOnClassesThat()
                            .resideInAnyPackage(allowed.toArray(String[]::new))
                            .allowEmptyShould(true)
                            .check(CLASSES);
                }));
    }

    @Test
    void everyPackageStandsInTheTable() {
        var unknown = new TreeSet<String>();
        for (JavaClass type : CLASSES) {
            var name = type.getPackageName().substring("dev.lanewise.".length());
            if (!ALLOWED.containsKey(name)) {
                unknown.add(name);
            }
        }
        assertEquals(new TreeSet<String>(), unknown);
    }

    @Test
    void everyPackageSaysItsJobAndHasNoNull() {
        var wrong = new TreeSet<String>();
        for (JavaClass type : CLASSES) {
            JavaPackage home = type.getPackage();
            if (!home.isAnnotatedWith(NullMarked.class)) {
                wrong.add(home.getName());
            }
        }
        assertEquals(new TreeSet<String>(), wrong);
    }

    @Test
    void theVectorModuleIsNamedWhereSpeciesAreChosenAndNowhereElse() {
        noClasses()
                .that()
                .resideOutsideOfPackages("dev.lanewise.runtime.simd", "dev.lanewise.compiler.emit.code")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("jdk.incubator.vector..")
                .check(CLASSES);
    }

    @Test
    void theCompilerKnowsNoClockAndNoChance() {
        noClasses()
                .that()
                .resideInAnyPackage("dev.lanewise.compiler..", "dev.lanewise.dsl..")
                .should()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(Math.class, "random")
                .orShould()
                .dependOnClassesThat()
                .resideInAnyPackage("java.time..", "java.util.random..")
                .check(CLASSES);
        noClasses()
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.util.Random")
                .check(CLASSES);
    }

    @Test
    void staticFieldsAreFinal() {
        fields().that().areStatic().should().beFinal().check(CLASSES);
    }

    @Test
    void namesSayWhatAClassIs() {
        noClasses()
                .should()
                .haveNameMatching(".*(Impl|Manager|Utils?|Helper)$")
                .orShould()
                .haveNameMatching(".*\\.Abstract[^.]*$")
                .check(CLASSES);
    }

    private static Map<String, SequencedSet<String>> table(String text) {
        var table = new LinkedHashMap<String, SequencedSet<String>>();
        for (var line : text.lines().toList()) {
            var parts = line.split(":", 2);
            var closed = new LinkedHashSet<String>();
            for (var name : Arrays.stream(parts[1].split(",", -1))
                    .map(String::strip)
                    .filter(each -> !each.isEmpty())
                    .toList()) {
                closed.add(name);
                if (!isLibrary(name)) {
                    assertTrue(table.containsKey(name), () -> name + " stands below " + parts[0].strip());
                    table.get(name).stream().filter(each -> !isLibrary(each)).forEach(closed::add);
                }
            }
            table.put(parts[0].strip(), closed);
        }
        return table;
    }

    private static boolean isLibrary(String name) {
        return name.endsWith("..");
    }
}
