package io.zanzara.conformance;

import io.zanzara.conformance.Statement.Id;
import io.zanzara.conformance.Statement.Version;
import java.io.IOException;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.platform.commons.annotation.Testable;
import org.junit.platform.commons.support.AnnotationSupport;

/** The tests of this module that name statements, found in its compiled classes without running any. */
final class Trials {

    private final Map<Id, SortedSet<String>> byId = new TreeMap<>(Statements.ORDER);
    private final SortedSet<String> notTests = new TreeSet<>();

    private Trials() {}

    static Trials find() throws IOException, URISyntaxException, ClassNotFoundException {
        Trials trials = new Trials();
        Path root = Path.of(
                Spec.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        List<Path> files;
        try (Stream<Path> walk = Files.walk(root)) {
            files = walk.filter(file -> file.toString().endsWith(".class")).toList();
        }
        for (Path file : files) {
            String path = root.relativize(file).toString();
            String name = path.substring(0, path.length() - ".class".length())
                    .replace(file.getFileSystem().getSeparator(), ".");
            if (!name.endsWith("-info")) {
                trials.read(Class.forName(name, false, Spec.class.getClassLoader()));
            }
        }
        return trials;
    }

    /** Returns the tests, as class and method, of each statement that any test names. */
    Map<Id, SortedSet<String>> byId() {
        return byId;
    }

    /** Returns what is annotated but is never run. */
    SortedSet<String> notTests() {
        return notTests;
    }

    private void read(Class<?> type) {
        String name = nameOf(type);
        add(type, name);
        for (Method method : type.getDeclaredMethods()) {
            String trial = name + "." + method.getName();
            if (add(method, trial) && !AnnotationSupport.isAnnotated(method, Testable.class)) {
                notTests.add(trial);
            }
        }
    }

    private static String nameOf(Class<?> type) {
        Class<?> outer = type.getEnclosingClass();
        return outer == null ? type.getSimpleName() : nameOf(outer) + "." + type.getSimpleName();
    }

    private boolean add(AnnotatedElement element, String trial) {
        Spec spec = element.getAnnotation(Spec.class);
        if (spec == null) {
            return false;
        }
        add(Version.MQTT_5, spec.v5(), trial);
        add(Version.MQTT_3_1_1, spec.v311(), trial);
        return true;
    }

    private void add(Version version, String[] names, String trial) {
        Arrays.stream(names)
                .forEach(name -> byId.computeIfAbsent(new Id(version, name), id -> new TreeSet<>())
                        .add(trial));
    }
}
