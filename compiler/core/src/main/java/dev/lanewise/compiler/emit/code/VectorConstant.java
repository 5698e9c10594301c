package dev.lanewise.compiler.emit.code;

/// The constants of the Vector API that generated code reads.
public enum VectorConstant {
    SPECIES_512(VectorApi.FLOATS, VectorApi.SPECIES),
    SPECIES_256(VectorApi.FLOATS, VectorApi.SPECIES),
    SPECIES_128(VectorApi.FLOATS, VectorApi.SPECIES),
    LT("VectorOperators", "VectorOperators$Comparison"),
    LE("VectorOperators", "VectorOperators$Comparison"),
    EQ("VectorOperators", "VectorOperators$Comparison"),
    NE("VectorOperators", "VectorOperators$Comparison"),
    NEG("VectorOperators", "VectorOperators$Unary"),
    ABS("VectorOperators", "VectorOperators$Unary"),
    SQRT("VectorOperators", "VectorOperators$Unary"),
    ADD("VectorOperators", "VectorOperators$Associative"),
    SUB("VectorOperators", "VectorOperators$Binary"),
    MUL("VectorOperators", "VectorOperators$Associative"),
    DIV("VectorOperators", "VectorOperators$Binary"),
    MAX("VectorOperators", "VectorOperators$Associative"),
    MIN("VectorOperators", "VectorOperators$Associative"),
    FMA("VectorOperators", "VectorOperators$Ternary"),
    AND("VectorOperators", "VectorOperators$Associative"),
    OR("VectorOperators", "VectorOperators$Associative"),
    XOR("VectorOperators", "VectorOperators$Associative"),
    LSHL("VectorOperators", "VectorOperators$Binary"),
    ASHR("VectorOperators", "VectorOperators$Binary"),
    LSHR("VectorOperators", "VectorOperators$Binary");

    private final String owner;
    private final String type;

    VectorConstant(String owner, String type) {
        this.owner = owner;
        this.type = type;
    }

    public static VectorConstant species(int bits) {
        return switch (bits) {
            case 512 -> SPECIES_512;
            case 256 -> SPECIES_256;
            case 128 -> SPECIES_128;
            default -> throw new IllegalArgumentException("no vectors of " + bits + " bits");
        };
    }

    public String owner() {
        return VectorApi.PACKAGE + owner;
    }

    public String field() {
        return name();
    }

    public String descriptor() {
        return "L" + VectorApi.PACKAGE + type + ";";
    }
}
