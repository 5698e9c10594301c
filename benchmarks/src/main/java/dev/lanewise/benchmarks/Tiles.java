package dev.lanewise.benchmarks;

import dev.lanewise.compiler.CompileOptions;
import dev.lanewise.compiler.CompiledNetwork;
import dev.lanewise.compiler.Lanewise;
import dev.lanewise.compiler.emit.Peak;
import dev.lanewise.compiler.emit.Tiling;
import dev.lanewise.compiler.emit.Timed;
import dev.lanewise.compiler.loops.Kernel;
import dev.lanewise.compiler.loops.LoopProgram;
import dev.lanewise.runtime.data.DataOptions;
import dev.lanewise.runtime.data.DataSource;
import dev.lanewise.runtime.model.Layout;
import dev.lanewise.runtime.simd.Simd;
import dev.lanewise.runtime.train.ModelTrainer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// What sizes of register tiles give: the three products of dense layers, as the compiler emits them, in whole
/// training steps on one thread. The candidates take turns with each other and with the machine's peak.
public final class Tiles {
    private static final int PEAK_ROUNDS = 1_000_000;

    private Tiles() {}

    /// The arguments are sizes of tiles, as 10x2 (rows and vectors), and layers: inputs, units and batch, as
    /// 784,500,256. `-Dlanewise.vector=256` asks for another width of vectors, `-Dseconds=3` how long to measure.
    public static void main(String[] arguments) {
        double seconds = Double.parseDouble(System.getProperty("seconds", "3"));
        var sizes = new ArrayList<>(List.of(Tiling.RULE));
        for (var argument : arguments) {
            if (argument.contains("x")) {
                int[] numbers = numbers(argument, "x");
                sizes.add(new Tiling(numbers[0], numbers[1]));
            }
        }
        System.out.printf("%-14s %-6s %-10s", "layer", "batch", "product");
        sizes.forEach(size -> System.out.printf(" %8s", size));
        System.out.printf("     GFLOP/s of the peak: %d bits%n", Simd.width());
        for (var argument : arguments) {
            if (!argument.contains("x")) {
                measure(numbers(argument, ","), sizes, seconds);
            }
        }
    }

    private static int[] numbers(String text, String between) {
        return Arrays.stream(text.split(between, -1))
                .mapToInt(Integer::parseInt)
                .toArray();
    }

    private static void measure(int[] layer, List<Tiling> sizes, double seconds) {
        var compiled =
                Lanewise.compile("""
                    network Layer {
                      input x: float[%d]
                      param w: float[%d] = constant(0)
                      output y = x + w |> dense(%d) |> tanh
                      loss mean(y ^ 2)
                      train { optimizer: sgd(rate: 1e-6); batch: %d }
                    }
                    """.formatted(layer[0], layer[0], layer[1], layer[2]), CompileOptions.standard());
        var candidates = sizes.stream()
                .map(size -> new Candidate(compiled, size, layer[2]))
                .toList();
        var rates = new ArrayList<Double>();
        try (var peak = Peak.of(Simd.width(), 1)) {
            for (long end = System.nanoTime() + (long) (seconds * 1e9); System.nanoTime() < end; ) {
                long start = System.nanoTime();
                peak.run(PEAK_ROUNDS);
                rates.add(PEAK_ROUNDS * peak.operations() / (double) (System.nanoTime() - start));
                candidates.forEach(Candidate::step);
            }
        }
        double peak = median(rates);
        long operations = 2L * layer[0] * layer[1] * layer[2];
        for (var product : Product.values()) {
            System.out.printf(
                    "%-14s %-6d %-10s",
                    layer[0] + " to " + layer[1], layer[2], product.name().toLowerCase(Locale.ROOT));
            for (var candidate : candidates) {
                double rate = operations / median(candidate.nanos.get(product.ordinal()));
                System.out.printf(" %3.0f %3.0f%%", rate, 100 * rate / peak);
            }
            System.out.printf("     %.0f%n", peak);
        }
        candidates.forEach(Candidate::close);
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
    }

    private enum Product {
        FORWARD,
        INPUT,
        WEIGHT;

        /// The product that a kernel is, where it is one.
        static List<Product> of(Kernel kernel) {
            return switch (kernel.work()) {
                case Kernel.LaneTile tile -> List.of(tile.isAcross() ? INPUT : FORWARD);
                case Kernel.ExampleTile _ -> List.of(WEIGHT);
                default -> List.of();
            };
        }
    }

    /// The network with tiles of one size.
    private static final class Candidate {
        private final ModelTrainer trainer;
        private final long[] stamps;
        private final List<LoopProgram.Call> calls;
        private final List<Kernel> kernels;
        private final List<List<Double>> nanos = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());

        Candidate(CompiledNetwork compiled, Tiling size, int batch) {
            var timed = compiled.timed(size);
            var program = compiled.compilation().program();
            var info = compiled.info();
            this.stamps = ((Timed) timed.network().bundle().program()).stamps();
            this.calls = program.entries().get(Layout.TRAIN).calls();
            this.kernels = program.kernels();
            this.trainer = (ModelTrainer) timed.network().trainer().threads(1).open();
            trainer.feed(DataSource.open(
                    "normal:" + batch, Path.of(""), info.inputs(), info.targets(), DataOptions.DEFAULT));
            timed.network().bundle().program().warmup().warm(Layout.TRAIN, true);
        }

        /// A step to bring what it reads back into the caches, and one that counts.
        void step() {
            trainer.stepFed();
            trainer.stepFed();
            for (int i = 0; i < calls.size(); i++) {
                for (var product : Product.of(kernels.get(calls.get(i).kernel()))) {
                    nanos.get(product.ordinal()).add((double) (stamps[i + 1] - stamps[i]));
                }
            }
        }

        void close() {
            trainer.close();
        }
    }
}
