package io.zanzara.moquette;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What Moquette's door may know of the engine. */
class ArchitectureTest {

    private static final Set<String> ROOMS =
            Set.of("io.zanzara", "io.zanzara.access", "io.zanzara.event", "io.zanzara.message", "io.zanzara.store");
    private static final Set<String> STORES =
            Set.of("io.zanzara.store.memory.MemoryStore", "io.zanzara.store.rocksdb.RocksStore");
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.zanzara.moquette", "io.moquette");

    private static boolean isHidden(JavaClass used) {
        String room = used.getPackageName();
        return room.startsWith("io.zanzara")
                && !room.startsWith("io.zanzara.moquette")
                && !ROOMS.contains(room)
                && !STORES.contains(used.getName());
    }

    @Test
    void itKnowsWhatAnEmbedderKnows() {
        noClasses()
                .that()
                .resideInAPackage("io.zanzara.moquette..")
                .should()
                .dependOnClassesThat(describe("are inner rooms of the engine", ArchitectureTest::isHidden))
                .because("it is one of many ways to embed the engine")
                .check(CLASSES);
    }

    @Test
    void onlyTheServerKnowsAllOfTheDoor() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.zanzara.moquette.server")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.zanzara.moquette.server")
                .check(CLASSES);
    }

    @Test
    void inMoquettesOwnPackagesAreFactoriesOnly() {
        assertThat(CLASSES.stream()
                        .filter(each -> each.getPackageName().startsWith("io.moquette"))
                        .filter(each -> each.getSource()
                                .map(source -> source.getUri().toString().contains("broker-moquette"))
                                .orElse(false))
                        .map(JavaClass::getName))
                .containsExactlyInAnyOrder(
                        "io.moquette.broker.Doors", "io.moquette.interception.messages.Acknowledgements");
    }
}
