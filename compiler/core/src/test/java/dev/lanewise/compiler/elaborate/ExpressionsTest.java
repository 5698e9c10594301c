package dev.lanewise.compiler.elaborate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.dsl.diagnostic.Diagnostics;
import dev.lanewise.runtime.Port;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Expressions, compile-time statements and functions to values of the graph.
final class ExpressionsTest {

    @Test
    void powersBindBeforeTheMinusSignAndToTheRight() {
        var outputs = Elaborated.run(Elaborated.model("""
            network Net {
              input x: float[1]
              output a = -x ^ 2
              output b = 2 ^ -x
              output c = x ^ 3 ^ 2
              output d = x ^ -2
              output e = 1 / 8 * x
              output f = where(x > 1 and not (x == 3), 5, 6)
              output g = x ^ 0.5
            }
            """), 2);
        assertArrayEquals(new double[] {-4}, outputs.get("a"));
        assertArrayEquals(new double[] {0.25}, outputs.get("b"));
        assertArrayEquals(new double[] {512}, outputs.get("c"));
        assertArrayEquals(new double[] {0.25}, outputs.get("d"));
        assertArrayEquals(new double[] {0.25}, outputs.get("e"));
        assertArrayEquals(new double[] {5}, outputs.get("f"));
        assertArrayEquals(new double[] {Math.pow(2, 0.5)}, outputs.get("g"));
    }

    @Test
    void reductionsKeepTheirAxesUnlessTheyTakeAll() {
        var model = Elaborated.model("""
            network Net {
              input x: float[2, 3]
              output a = sum(x, over: 1)
              output b = sum(x, over: channels)
              output c = sum(x)
              output d = max(x, over: -1) - min(x, over: space)
              output e = argmax(x)
              output f = variance(x)
              output g = count(x, over: space) * x
              output h = reshape(transpose(x), [6])
            }
            """);
        var outputs = Elaborated.run(model, 1, 2, 3, 4, 5, 9);
        assertArrayEquals(new double[] {6, 18}, outputs.get("a"));
        assertArrayEquals(new double[] {5, 7, 12}, outputs.get("b"));
        assertArrayEquals(new double[] {24}, outputs.get("c"));
        assertArrayEquals(new double[] {2, 5}, outputs.get("d"));
        assertArrayEquals(new double[] {5}, outputs.get("e"));
        assertArrayEquals(new double[] {40 / 6.0}, outputs.get("f"), 1e-12);
        assertArrayEquals(new double[] {3, 6, 9, 12, 15, 27}, outputs.get("g"));
        assertArrayEquals(new double[] {1, 4, 2, 5, 3, 9}, outputs.get("h"));
        var shapes = model.outputs().stream().map(Port::shape).toList();
        assertEquals(
                List.of(
                        List.of(2, 1),
                        List.of(1, 3),
                        List.of(),
                        List.of(2, 1),
                        List.of(),
                        List.of(),
                        List.of(2, 3),
                        List.of(6)),
                shapes);
    }

    @Test
    void viewsAndJoins() {
        var outputs = Elaborated.run(Elaborated.model("""
            network Net {
              input x: float[2, 3]
              a = slice(x, axis: 1, from: 1, to: 3)
              output b = reshape(concat(a, a * 10, axis: 1), [8])
              output c = reshape(pad(slice(x, axis: 0, to: 1), axis: 1, before: 1, after: 2), [6])
              output d = one_hot(argmax(x), 7)
              output f = reshape(slice(x, axis: 1, to: 1) |> pad(1), [6])
              output e = x @ reshape(x, [3, 2]) |> reshape([4])
            }
            """), 1, 2, 3, 4, 5, 9);
        assertArrayEquals(new double[] {2, 3, 20, 30, 5, 9, 50, 90}, outputs.get("b"));
        assertArrayEquals(new double[] {0, 1, 2, 3, 0, 0}, outputs.get("c"));
        assertArrayEquals(new double[] {0, 0, 0, 0, 0, 1, 0}, outputs.get("d"));
        assertArrayEquals(new double[] {0, 1, 0, 0, 4, 0}, outputs.get("f"));
        assertArrayEquals(new double[] {22, 37, 64, 109}, outputs.get("e"));
    }

    @Test
    void repeatAndIfAreDecidedAtCompileTime() {
        var model = Elaborated.model("""
            network Net(deep = 3, wide = false, width = 4, sizes = [5, 6]) {
              input x: float[4]
              h = x
              repeat deep as i {
                if i == 1 and not wide { h = h |> dense(width + i, init: constant(1)) }
                else if wide { h = h |> dense(extent(sizes, 1)) }
              }
              output y = h
            }
            """, Options.none().with("deep", "2 + 2").with("width", "6 / 2"));
        assertEquals(List.of(4), model.outputs().getFirst().shape());
        assertEquals(List.of("dense_1.weight", "dense_1.bias"), Elaborated.names(model));
    }

    @Test
    void aThousandLayersAndMoreAreNoDeepRecursion() {
        var model = Elaborated.model("""
            network Net {
              input x: float[4]
              target y: class[2]
              h = x
              repeat 2000 { h = h |> dense(4) |> tanh }
              logits = h |> dense(2)
              output p = softmax(logits)
              loss cross_entropy(logits, y)
            }
            """);
        assertEquals(4002, model.rules().size());
    }

    @Test
    void theDifferenceOfDrawsIsNotZero() {
        var model = Elaborated.model("""
            network Net {
              input x: float[3]
              output y = x * 0 + uniform(0, 1) - uniform(0, 1)
              noise = normal(0, 1)
              output z = (x + noise) - (x + noise)
            }
            """);
        var outputs = Elaborated.run(model, 1, 2, 3);
        assertTrue(outputs.get("y")[0] != 0);
        assertArrayEquals(new double[3], outputs.get("z"), 1e-12);
    }

    @Test
    void functionsWrittenInJavaAreFunctions() {
        var diagnostics = new Diagnostics();
        var model = Elaborated.elaborate(
                        """
                        import "lib/Activations.java"
                        import "lib/more.net"
                        network Net {
                          input x: float[2]
                          output y = x |> bent(slope: 0.5) |> twice
                        }
                        """,
                        Map.of(
                                "lib/Activations.java",
                                "final class Activations { static double bent(double z, double slope) "
                                        + "{ return z > 0 ? z : slope * z; } }",
                                "lib/more.net",
                                "fn twice(z) = 2 * z"),
                        Options.none(),
                        diagnostics)
                .orElseThrow(() -> new AssertionError(diagnostics.all().toString()));
        assertArrayEquals(new double[] {6, -4}, Elaborated.run(model, 3, -4).get("y"));
    }

    @Test
    void functionsWrittenInJavaCallThoseOfOtherFiles() {
        var diagnostics = new Diagnostics();
        var files = Map.of(
                "lib/a/Bends.java",
                "package a; import b.Slopes; final class Bends { static double bent(double z) { double s = 0;"
                        + " for (int i = 0; i < 3; i++) { s += Slopes.scaled(z); } return s + Near.one(z); } }",
                "lib/a/Near.java",
                "package a; final class Near { static double one(double z) { return 1; } }",
                "lib/b/Slopes.java",
                "package b; public final class Slopes { static final int HALVES = 4;"
                        + " public static double scaled(double z) { return z * HALVES / 2.0; } }");
        var model = Elaborated.elaborate("""
            import "lib/a/Bends.java"
            fn scaled(z) = 100 * z
            network Net {
              input x: float[2]
              output y = x |> bent
            }
            """, files, Options.none(), diagnostics)
                .orElseThrow(() -> new AssertionError(diagnostics.all().toString()));
        assertArrayEquals(new double[] {19, -23}, Elaborated.run(model, 3, -4).get("y"));
    }
}
