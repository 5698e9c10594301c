package dev.lanewise.compiler.jar;

import java.util.Locale;
import java.util.Set;

/// How the generated classes of a network are called. `packageName` is also the module's name; it has dots.
public record FacadeNames(String packageName, String facade) {

    private static final Set<String> KEYWORDS = Set.of(
            "abstract",
            "assert",
            "boolean",
            "break",
            "byte",
            "case",
            "catch",
            "char",
            "class",
            "const",
            "continue",
            "default",
            "do",
            "double",
            "else",
            "enum",
            "extends",
            "false",
            "final",
            "finally",
            "float",
            "for",
            "goto",
            "if",
            "implements",
            "import",
            "instanceof",
            "int",
            "interface",
            "long",
            "native",
            "new",
            "null",
            "package",
            "private",
            "protected",
            "public",
            "return",
            "short",
            "static",
            "strictfp",
            "super",
            "switch",
            "synchronized",
            "this",
            "throw",
            "throws",
            "transient",
            "true",
            "try",
            "void",
            "volatile",
            "while",
            "_");

    /// `packageName` is empty for the network's name in lower case. A name that is a word of Java gets an
    /// underscore.
    public static FacadeNames of(String network, String packageName) {
        var name = packageName.isEmpty() ? network.toLowerCase(Locale.ROOT) : packageName;
        return new FacadeNames(
                KEYWORDS.contains(name) ? name + "_" : name, KEYWORDS.contains(network) ? network + "_" : network);
    }

    /// Whether `name` can be a package: words of letters, digits and underscores with dots between, none a word of
    /// Java.
    public static boolean isPackage(String name) {
        for (var part : name.split("\\.", -1)) {
            if (!part.matches("[A-Za-z_][A-Za-z0-9_]*") || KEYWORDS.contains(part)) {
                return false;
            }
        }
        return true;
    }

    /// The facade, with slashes.
    String facadeClass() {
        return inPackage(facade);
    }

    /// A class of this package, with slashes.
    public String inPackage(String className) {
        return packageName.replace('.', '/') + "/" + className;
    }
}
