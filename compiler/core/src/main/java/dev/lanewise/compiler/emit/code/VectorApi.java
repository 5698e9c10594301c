package dev.lanewise.compiler.emit.code;

import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/// The methods of the Vector API that generated code calls, a line each. A test finds each in the JDK.
///
/// HotSpot inlines a call where the vector's class is known, or where the place of the call has seen one class only.
/// `a.add(b)` would not do: within `add` all callers share one place, and have vectors of several widths. So
/// arithmetic is called by `a.lanewise(ADD, b)`, and each place is the kernel's own.
public enum VectorApi {
    LOAD(VectorApi.FLOATS, "fromArray", VectorApi.FLOATS, VectorApi.SPECIES, "[F", "I"),
    BROADCAST(VectorApi.FLOATS, "broadcast", VectorApi.FLOATS, VectorApi.SPECIES, "F"),
    STORE(VectorApi.FLOATS, "intoArray", "V", "[F", "I"),
    WITH_NONE(VectorApi.FLOATS, "lanewise", VectorApi.FLOATS, "VectorOperators$Unary"),
    WITH_ONE(VectorApi.FLOATS, "lanewise", VectorApi.FLOATS, "VectorOperators$Binary", "Vector"),
    WITH_TWO(VectorApi.FLOATS, "lanewise", VectorApi.FLOATS, "VectorOperators$Ternary", "Vector", "Vector"),
    COMPARE(VectorApi.FLOATS, "compare", VectorApi.MASK, "VectorOperators$Comparison", "Vector"),
    /// `a.blend(b, mask)`: b where the mask is set.
    BLEND(VectorApi.FLOATS, "blend", VectorApi.FLOATS, "Vector", VectorApi.MASK),
    /// `choice.selectFrom(a, b)`: the lanes of a and of b behind it that `choice` has the numbers of.
    CHOOSE(VectorApi.FLOATS, "selectFrom", VectorApi.FLOATS, "Vector", "Vector"),
    BOTH(VectorApi.MASK, "and", VectorApi.MASK, VectorApi.MASK),
    EITHER(VectorApi.MASK, "or", VectorApi.MASK, VectorApi.MASK),
    TO_BITS(VectorApi.FLOATS, "reinterpretAsInts", VectorApi.BITS),
    FROM_BITS(VectorApi.BITS, "reinterpretAsFloats", VectorApi.FLOATS),
    BITS_WITH_NUMBER(VectorApi.BITS, "lanewise", VectorApi.BITS, "VectorOperators$Binary", "I"),
    BITS_WITH_BITS(VectorApi.BITS, "lanewise", VectorApi.BITS, "VectorOperators$Binary", "Vector");

    static final String PACKAGE = "jdk/incubator/vector/";
    static final String FLOATS = "FloatVector";
    static final String BITS = "IntVector";
    static final String MASK = "VectorMask";
    static final String SPECIES = "VectorSpecies";

    private final String owner;
    private final String method;
    private final String descriptor;

    VectorApi(String owner, String method, String result, String... parameters) {
        this.owner = owner;
        this.method = method;
        var text = new StringBuilder("(");
        for (String parameter : parameters) {
            text.append(type(parameter));
        }
        this.descriptor = text.append(')').append(type(result)).toString();
    }

    /// A descriptor; a longer name is a class of the API.
    private static String type(String name) {
        return name.length() <= 2 ? name : "Ljdk/incubator/vector/" + name + ";";
    }

    /// The type of a class of the API.
    static Type typeOf(String name) {
        return Type.getObjectType(PACKAGE + name);
    }

    public String owner() {
        return PACKAGE + owner;
    }

    public String method() {
        return method;
    }

    public String descriptor() {
        return descriptor;
    }

    public int opcode() {
        return this == LOAD || this == BROADCAST ? Opcodes.INVOKESTATIC : Opcodes.INVOKEVIRTUAL;
    }
}
