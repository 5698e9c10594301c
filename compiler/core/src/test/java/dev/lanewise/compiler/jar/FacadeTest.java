package dev.lanewise.compiler.jar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.runtime.Port;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FacadeTest {

    private static final Port IMAGE = new Port("image", Port.Kind.FLOAT, List.of(64), 0, List.of());
    private static final Port WORDS = new Port("words", Port.Kind.INDEX, List.of(5), 100, List.of());
    private static final Port DIGIT = new Port("digit", Port.Kind.CLASS, List.of(), 10, List.of());
    private static final Port CHANCE = new Port("probability", Port.Kind.FLOAT, List.of(10), 0, List.of());

    @Test
    void theClassesAreSoundForOneAndForSeveralInputs() throws ClassNotFoundException {
        var names = FacadeNames.of("Digits", "");
        for (var inputs : List.of(List.of(IMAGE), List.of(IMAGE, WORDS))) {
            for (boolean doublePrecision : new boolean[] {false, true}) {
                for (var targets : List.of(List.of(DIGIT), List.<Port>of())) {
                    var classes =
                            Facade.write(names, "digits/Program", inputs, targets, List.of(CHANCE), doublePrecision);
                    assertEquals(targets.isEmpty() ? 1 : 3, classes.size());
                    for (var path : classes.keySet()) {
                        verify(path, classes);
                    }
                }
            }
        }
    }

    @Test
    void theMainClassIsReadByJava8AndStillVerifies() throws ClassNotFoundException {
        byte[] main = MainClass.write("digits/Main", "dev/lanewise/runtime/train/JarCommands");
        assertEquals(52, main[7]);
        verify("digits/Main.class", Map.of("digits/Main.class", main));
    }

    @Test
    void namesThatAreWordsOfJavaGetAnUnderscore() {
        assertEquals("double_", FacadeNames.of("Double", "").packageName());
        assertEquals("digits", FacadeNames.of("Digits", "").packageName());
        assertEquals(
                "org/example/Digits", FacadeNames.of("Digits", "org.example").facadeClass());
        assertTrue(FacadeNames.isPackage("org.example"));
        assertTrue(Stream.of("", "a..b", "1a", "a.class", "a-b").noneMatch(FacadeNames::isPackage));
    }

    @Test
    void aLongLineOfTheManifestIsFolded() {
        for (var line : JarContents.manifest("a".repeat(300)).split("\r\n", -1)) {
            assertTrue(line.getBytes(StandardCharsets.UTF_8).length <= 72, line);
        }
    }

    /// Has the JVM's own verifier look at the class.
    private static void verify(String path, Map<String, byte[]> classes) throws ClassNotFoundException {
        var loader = new ClassLoader(FacadeTest.class.getClassLoader()) {
            @Override
            protected Class<?> findClass(String name) throws ClassNotFoundException {
                byte[] bytes = classes.get(name.replace('.', '/') + ".class");
                if (bytes == null) {
                    throw new ClassNotFoundException(name);
                }
                return defineClass(name, bytes, 0, bytes.length);
            }
        };
        var name = path.substring(0, path.length() - ".class".length()).replace('/', '.');
        assertEquals(name, Class.forName(name, true, loader).getName());
    }
}
