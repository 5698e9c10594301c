package dev.lanewise.compiler.emit.code;

import java.util.ArrayList;
import java.util.List;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/// The numbers that stand in every lane of some vector, in a static array of a class, from where methods take them
/// before their loops. What HotSpot sees made of a known number, it makes anew in every round of a loop; a vector
/// made of an element of an array it keeps in a register.
public final class Constants {
    /// The field with the array.
    public static final String FIELD = "CONSTANTS";

    public static final Type ARRAY = Type.getType("[F");
    /// Each takes up to 8 bytes of the method that fills the array.
    private static final int MOST = 800;

    private final String owner;
    private final List<Integer> bits = new ArrayList<>();

    public Constants(String owner) {
        this.owner = owner;
    }

    /// Whether any are needed.
    public boolean isEmpty() {
        return bits.isEmpty();
    }

    /// Pushes a number that HotSpot does not know, but for 0: nothing is cheaper.
    void push(Code code, int number) {
        int at = bits.indexOf(number);
        if (number == 0 || at < 0 && bits.size() == MOST) {
            code.push(Float.intBitsToFloat(number));
            return;
        }
        if (at < 0) {
            at = bits.size();
            bits.add(number);
        }
        code.field(Opcodes.GETSTATIC, owner, FIELD, ARRAY);
        code.push(at);
        code.op(Opcodes.FALOAD);
    }

    /// Makes the array and fills it.
    public void fill(Code code) {
        code.push(bits.size());
        code.newArray(Type.FLOAT_TYPE);
        for (int i = 0; i < bits.size(); i++) {
            code.op(Opcodes.DUP);
            code.push(i);
            code.push(Float.intBitsToFloat(bits.get(i)));
            code.op(Opcodes.FASTORE);
        }
        code.field(Opcodes.PUTSTATIC, owner, FIELD, ARRAY);
    }
}
