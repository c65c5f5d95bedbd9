package io.zanzara;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The shape of the engine: delete any upper package and the lower ones still compile. Think hard before changing a line here. */
class ArchitectureTest {

    private static final String BASE = "io.zanzara";
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            // a tool of tests, in a module of its own
            .withImportOption(location -> !location.contains("/io/zanzara/testclient/"))
            .importPackages(BASE);

    @ParameterizedTest(name = "{0} imports only {1}")
    @CsvSource({
        "message,       ''",
        "access,        message",
        "event,         message",
        "codec,         message",
        "store,         message access event",
        "store.record,  message store",
        "store.memory,  message access event store store.record",
        "store.rocksdb, message access event store store.record",
        "store.mongo,   message access event store store.record",
        "routing,       message access event store",
        "session,       message access event store routing",
        "protocol,      message access event codec session",
        "transport,     message access event codec session protocol",
    })
    void importsPointDown(String room, String lower) {
        String[] allowed = Stream.concat(Stream.of(room), Arrays.stream(lower.split(" ")))
                .map(name -> BASE + "." + name)
                .toArray(String[]::new);
        check(classes()
                .that(resideInAPackage(BASE + "." + room))
                .should()
                .onlyDependOnClassesThat(not(resideInAPackage(BASE + "..")).or(resideInAnyPackage(allowed)))
                .because("a lower room owns the port through which an upper one is called"));
    }

    @Test
    void packagesHaveNoCycles() {
        check(slices().matching(BASE + ".(**)").should().beFreeOfCycles().because("rooms have doors, not tunnels"));
    }

    @ParameterizedTest(name = "{0} only in {1}")
    @CsvSource({
        "io.netty..,            transport.. codec..",
        "org.rocksdb..,         store.rocksdb..",
        "com.mongodb..,         store.mongo..",
        "org.bson..,            store.mongo..",
        "org.springframework.., ''",
        "io.micrometer..,       ''",
    })
    void librariesStayWhereTheyAreUsed(String library, String rooms) {
        String[] homes =
                Arrays.stream(rooms.split(" ")).map(name -> BASE + "." + name).toArray(String[]::new);
        check(noClasses()
                .that(not(resideInAnyPackage(homes)))
                .should()
                .dependOnClassesThat(resideInAPackage(library))
                .because("an embedder brings only what it uses, and a library can be replaced in one room"));
    }

    @Test
    void codecSeesBuffersAlone() {
        check(noClasses()
                .that(resideInAPackage(BASE + ".codec.."))
                .should()
                .dependOnClassesThat(resideInAPackage("io.netty..").and(not(resideInAPackage("io.netty.buffer.."))))
                .because("the codec turns bytes into packets and knows no channel"));
    }

    @Test
    void timeAndChanceComeInByHand() {
        Set<String> banned = Set.of(
                "java.lang.System.currentTimeMillis",
                "java.lang.System.nanoTime",
                "java.lang.Thread.sleep",
                "java.lang.Math.random",
                "java.time.Instant.now",
                "java.util.UUID.randomUUID");
        DescribedPredicate<JavaAccess<?>> clockOrDice = describe(
                "is a clock or dice",
                access -> banned.contains(access.getTargetOwner().getName() + "." + access.getName()));
        check(noClasses()
                .that(not(resideInAnyPackage(BASE, BASE + ".transport..", BASE + ".store..")))
                .should()
                .accessTargetWhere(clockOrDice)
                .because("a test must be able to replay what happened"));
    }

    @Test
    void nothingStaticChanges() {
        check(fields().that().areStatic().should().beFinal().because("two brokers live in one process"));
    }

    @Test
    void everyPackageIsNullMarked() {
        assertThat(CLASSES.getPackage(BASE).getSubpackagesInTree())
                .filteredOn(room -> !room.getClasses().isEmpty())
                .as("packages without @NullMarked, where null is not checked")
                .allMatch(room -> room.isAnnotatedWith(NullMarked.class))
                .map(JavaPackage::getName)
                .contains(BASE + ".message");
        assertThat(CLASSES.getPackage(BASE).isAnnotatedWith(NullMarked.class)).isTrue();
    }

    @Test
    void classesAreComposedNotExtended() {
        DescribedPredicate<JavaClass> extendsOurs = describe(
                "extend a class of ours",
                type -> type.getRawSuperclass()
                        .filter(parent -> parent.getPackageName().startsWith(BASE) && !parent.isEnum())
                        .isPresent());
        check(noClasses()
                .should(ArchCondition.from(extendsOurs))
                .because("what a class does is to be read in one file"));
    }

    @Test
    void sessionsHaveOneOwner() {
        DescribedPredicate<JavaClass> doors = describe(
                "Mailbox and SessionRegistry",
                type -> type.getName().matches(".*\\.(Mailbox|SessionRegistry)(\\$.*)?"));
        DescribedPredicate<JavaClass> owned =
                resideInAPackage(BASE + ".session..").and(not(doors));
        String reason = "a session is touched by its event loop alone; the mailbox is its only door";
        // a synchronized block leaves no trace that could be looked for here
        check(methods()
                .that()
                .areDeclaredInClassesThat(owned)
                .should()
                .notHaveModifier(JavaModifier.SYNCHRONIZED)
                .because(reason));
        check(fields().that()
                .areDeclaredInClassesThat(owned)
                .should()
                .notHaveModifier(JavaModifier.VOLATILE)
                .because(reason));
        check(noClasses()
                .that(owned)
                .should()
                .dependOnClassesThat(describe(
                        "are atomics or locks",
                        type -> type.getName().matches("java\\.util\\.concurrent\\.(atomic\\.Atomic|locks\\.).*")))
                .because(reason));
    }

    /** Rooms that are not built yet break no rule. */
    private static void check(ArchRule rule) {
        rule.allowEmptyShould(true).check(CLASSES);
    }
}
