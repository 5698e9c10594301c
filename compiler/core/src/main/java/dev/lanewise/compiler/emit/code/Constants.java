package dev.lanewise.compiler.emit.code;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/// The numbers that stand in every lane of some vector, in a static array of a class, from where methods take them
/// before their loops. What HotSpot sees made of a known number, it makes anew in every round of a loop; a vector
/// made of an element of an array it keeps in a register. Those that there are no registers for are in the array as
/// often as there are lanes: an operation reads such a vector from memory itself.
public final class Constants {
    /// The field with the array.
    public static final String FIELD = "CONSTANTS";

    public static final Type ARRAY = Type.getType("[F");
    /// Each takes up to 13 bytes of the method that fills the array.
    private static final int MOST = 800;

    private final String owner;
    /// Where each begins.
    private final Map<Entry, Integer> places = new LinkedHashMap<>();

    private int length;

    /// A number, so many times.
    private record Entry(int number, int times) {}

    public Constants(String owner) {
        this.owner = owner;
    }

    /// Whether any are needed.
    public boolean isEmpty() {
        return places.isEmpty();
    }

    /// Where a number stands so many times; empty where more would not fit into a method, and for 0, as nothing is
    /// cheaper.
    Optional<Integer> place(int number, int times) {
        var entry = new Entry(number, times);
        var known = places.get(entry);
        if (known != null) {
            return Optional.of(known);
        }
        if (number == 0 || places.size() == MOST) {
            return Optional.empty();
        }
        int place = length;
        places.put(entry, place);
        length += times;
        return Optional.of(place);
    }

    /// Pushes the array and a place in it.
    void push(Code code, int place) {
        code.field(Opcodes.GETSTATIC, owner, FIELD, ARRAY);
        code.push(place);
    }

    /// Makes the array and fills it.
    public void fill(Code code) {
        code.push(length);
        code.newArray(Type.FLOAT_TYPE);
        places.forEach((entry, place) -> {
            code.op(Opcodes.DUP);
            code.push(place);
            if (entry.times() == 1) {
                code.push(Float.intBitsToFloat(entry.number()));
                code.op(Opcodes.FASTORE);
            } else {
                code.push(place + entry.times());
                code.push(Float.intBitsToFloat(entry.number()));
                code.callStatic("java/util/Arrays", "fill", "([FIIF)V");
            }
        });
        code.field(Opcodes.PUTSTATIC, owner, FIELD, ARRAY);
    }
}
