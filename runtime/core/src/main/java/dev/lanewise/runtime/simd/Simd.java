package dev.lanewise.runtime.simd;

/// The width of the kernels that are used, chosen once when a network is loaded.
public final class Simd {
    /// `512`, `256`, `128` or `scalar` overrule what the machine says.
    public static final String PROPERTY = "lanewise.vector";

    private Simd() {}

    /// Bits of a vector, 512, 256 or 128; 0 stands for scalar code. Without the JDK's vector module nothing of it
    /// is touched.
    public static int width() {
        boolean present = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
        return width(System.getProperty(PROPERTY, ""), present);
    }

    static int width(String wish, boolean present) {
        if (!present || wish.equals("scalar")) {
            return 0;
        }
        return switch (wish) {
            case "512" -> 512;
            case "256" -> 256;
            case "128" -> 128;
            case "" -> preferred(Preferred.bits());
            default ->
                throw new IllegalArgumentException(PROPERTY + " is " + wish + "; it can be 512, 256, 128 or scalar");
        };
    }

    static int preferred(int bits) {
        return bits >= 512 ? 512 : bits >= 256 ? 256 : bits >= 128 ? 128 : 0;
    }
}
