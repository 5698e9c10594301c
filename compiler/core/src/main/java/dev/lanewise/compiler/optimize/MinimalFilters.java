package dev.lanewise.compiler.optimize;

import dev.lanewise.compiler.graph.Contraction;
import dev.lanewise.compiler.graph.Node;
import dev.lanewise.compiler.graph.Prim.Contract;
import dev.lanewise.compiler.graph.Prim.Literal;
import dev.lanewise.compiler.graph.Prim.Pad;
import dev.lanewise.compiler.graph.Prim.Reshape;
import dev.lanewise.compiler.graph.Prim.Slice;
import dev.lanewise.compiler.graph.Prim.Windows;
import dev.lanewise.compiler.graph.Shape;
import dev.lanewise.compiler.graph.Type;
import dev.lanewise.compiler.graph.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;

/// Convolutions with filters of three rows by half of the multiplications: Winograd's minimal filtering F(4, 3) along
/// one axis (Winograd, Arithmetic Complexity of Computations, 1980; Lavin and Gray, Fast Algorithms for Convolutional
/// Neural Networks, 2016, there along both).
///
/// Four neighbouring sums of three products are found with six products instead of twelve:
///
///     y[4 t + j] = sum over i of w[i] x[4 t + j + i]
///                = sum over k of A[j, k] (sum over i of G[k, i] w[i]) (sum over m of B[k, m] x[4 t + m])
///
/// so that the convolution becomes four contractions: with constants of the weights, of six rows of the image, of the
/// products, and between them what it was, over windows of the other axes alone. The six are the products of two
/// polynomials at 0, 1, -1, 2, -1/2 and infinity. With these points the largest error against exact sums, relative
/// to the largest sum, is about one and a half times that of direct sums (at 2 and -2, as usual, nearly three times);
/// A and B hold numbers that are exact in every precision. A filter of three along both axes could do with a quarter,
/// but errors would grow as much again.
///
/// It is the last that is done to a contraction over windows, so that gradients by what a convolution reads, which
/// are convolutions too, come here in the same form.
final class MinimalFilters implements Rule {
    private static final int FILTER = 3;
    private static final int RESULTS = 4;
    private static final int PRODUCTS = 6;
    private static final int MOVED = 18;
    /// With fewer sums a place what is made of an image serves too few.
    private static final int LEAST = 8;

    private static final List<Double> IMAGE = List.of(
            1., 1.5, -2., -1.5, 1., 0., //
            0., -1., -2.5, -0.5, 1., 0., //
            0., 1., 0.5, -2.5, 1., 0., //
            0., -0.5, -1., 0.5, 1., 0., //
            0., 2., -1., -2., 1., 0., //
            0., 1., 1.5, -2., -1.5, 1.);
    private static final List<Double> WEIGHTS = List.of(
            1., 0., 0., //
            -1 / 3., -1 / 3., -1 / 3., //
            1 / 3., -1 / 3., 1 / 3., //
            1 / 15., 2 / 15., 4 / 15., //
            -16 / 15., 8 / 15., -4 / 15., //
            0., 0., 1.);
    private static final List<Double> SUMS = List.of(
            1., 1., 1., 1., 1., 0., //
            0., 1., -1., 2., -0.5, 0., //
            0., 1., 1., 4., 0.25, 0., //
            0., 1., -1., 8., -0.125, 1.);

    @Override
    public Optional<Value> apply(Node node, Sight sight) {
        if (!(node.prim() instanceof Contract(var spec)) || spec.examples()) {
            return Optional.empty();
        }
        var weight = node.inputs().get(0);
        var image = node.inputs().get(1);
        if (sight.type(weight).perExample() || !sight.type(image).perExample()) {
            return Optional.empty();
        }
        var windowed = Windowed.of(spec.right(), image, sight);
        for (char place : spec.result().toCharArray()) {
            var window = windowed.windows().get(place);
            if (window != null) {
                var along = new Along(node, spec, windowed, place, window, sight);
                if (along.fits() && along.pays()) {
                    return Optional.of(along.filtered());
                }
            }
        }
        return Optional.empty();
    }

    /// A value with windows over some of its axes: the letters of the axes, and, by the letter of its places, each
    /// window.
    private record Windowed(Value base, String letters, Map<Character, Window> windows) {
        record Window(char element, Windows prim) {}

        static Windowed of(String letters, Value value, Sight sight) {
            var base = value;
            var left = new StringBuilder(letters);
            var windows = new LinkedHashMap<Character, Window>();
            while (sight.prim(base) instanceof Windows prim) {
                char place = left.charAt(prim.axis());
                char element = left.charAt(prim.axis() + 1);
                boolean again = windows.entrySet().stream()
                        .anyMatch(e -> e.getKey() == place
                                || e.getKey() == element
                                || e.getValue().element() == place
                                || e.getValue().element() == element);
                if (again) {
                    break;
                }
                windows.put(place, new Window(element, prim));
                left.deleteCharAt(prim.axis() + 1);
                base = sight.input(base, 0);
            }
            return new Windowed(base, left.toString(), windows);
        }
    }

    /// A convolution, and the axis along which there are to be fewer products.
    private record Along(Node node, Contraction spec, Windowed image, char place, Windowed.Window window, Sight sight) {

        boolean fits() {
            var prim = window.prim();
            return prim.kernel() == FILTER
                    && prim.stride() == 1
                    && Math.abs(prim.dilation()) == 1
                    && spec.summed().indexOf(window.element()) >= 0
                    && spec.left().indexOf(window.element()) >= 0
                    && spec.result().indexOf(place) >= 0
                    && spec.left().indexOf(place) < 0;
        }

        /// Weighs multiplications, and what goes through memory: a number that is written and read once more
        /// takes as long as [#MOVED] of them.
        boolean pays() {
            long rows = extents(letter ->
                    spec.result().indexOf(letter) >= 0 && image.letters().indexOf(letter) < 0);
            long channels = extents(letter ->
                    spec.summed().indexOf(letter) >= 0 && image.letters().indexOf(letter) >= 0);
            long products = rows * extents(letter -> spec.summed().indexOf(letter) >= 0);
            long filtered = (products / FILTER + MOVED * (rows + channels)) * PRODUCTS * tiles();
            return rows >= LEAST && filtered < products * results();
        }

        /// What the letters of the weights that are taken come to.
        private long extents(IntPredicate taken) {
            var shape = sight.type(node.inputs().getFirst()).shape();
            long product = 1;
            for (int i = 0; i < shape.rank(); i++) {
                product *= taken.test(spec.left().charAt(i)) ? shape.extent(i) : 1;
            }
            return product;
        }

        private int axis() {
            return image.letters().indexOf(place);
        }

        private int results() {
            return sight.type(image.base()).shape().extent(axis()) - FILTER + 1;
        }

        private int tiles() {
            return Math.ceilDiv(results(), RESULTS);
        }

        Value filtered() {
            char product = fresh(0);
            char row = fresh(1);
            var weights = weights(product);
            var values = image(product, row);
            var result = new StringBuilder(spec.result())
                    .deleteCharAt(spec.result().indexOf(place))
                    .insert(0, "" + place + product)
                    .toString();
            var summed = spec.summed().replace("" + window.element(), "");
            var products = contract(weights, values, result, summed);
            var sums = contract(
                    constants(SUMS, "" + row + product, RESULTS),
                    products,
                    spec.result().replace("" + place, "" + place + row),
                    "" + product);
            return merged(sums);
        }

        /// A value and the letters of its axes.
        private record Lettered(Value value, String letters) {}

        private Lettered contract(Lettered left, Lettered right, String result, String summed) {
            var contraction = new Contraction(left.letters(), right.letters(), result, summed, false);
            var value = sight.out().add(new Contract(contraction), node.origin(), left.value(), right.value());
            return new Lettered(value, result);
        }

        private Lettered constants(List<Double> numbers, String letters, int rows) {
            var type = Type.batch(Shape.of(rows, numbers.size() / rows));
            return new Lettered(sight.out().leaf(new Literal(numbers), type, node.origin()), letters);
        }

        /// The weights of the products; what is summed last runs fastest, as it is read.
        private Lettered weights(char product) {
            var kept = new StringBuilder().append(product);
            for (char letter : spec.left().toCharArray()) {
                kept.append(spec.summed().indexOf(letter) < 0 ? "" + letter : "");
            }
            for (char letter : spec.summed().toCharArray()) {
                boolean own = letter != window.element() && spec.left().indexOf(letter) >= 0;
                kept.append(own ? "" + letter : "");
            }
            var numbers = window.prim().dilation() > 0 ? WEIGHTS : backwards(WEIGHTS);
            return contract(
                    constants(numbers, "" + product + window.element(), PRODUCTS),
                    new Lettered(turned(), spec.left()),
                    kept.toString(),
                    "" + window.element());
        }

        /// The weights as windows that are read forwards meet them.
        private Value turned() {
            var out = sight.out();
            var weights = node.inputs().getFirst();
            var shape = sight.type(weights).shape();
            for (var other : image.windows().values()) {
                if (!other.equals(window) && isTurned(other)) {
                    int axis = spec.left().indexOf(other.element());
                    var backwards = new Windows(axis, shape.extent(axis), 1, -1);
                    var view = out.add(backwards, node.origin(), weights);
                    weights = out.add(new Reshape(shape), node.origin(), view);
                }
            }
            return weights;
        }

        /// Whether a window that is read backwards is read forwards instead: neighbours in memory come in
        /// order.
        private boolean isTurned(Windowed.Window other) {
            return other.prim().dilation() < 0
                    && spec.left().indexOf(other.element()) >= 0
                    && spec.summed().indexOf(other.element()) >= 0;
        }

        private static List<Double> backwards(List<Double> rows) {
            var numbers = new ArrayList<Double>();
            for (int i = 0; i < rows.size(); i += FILTER) {
                numbers.addAll(rows.subList(i, i + FILTER).reversed());
            }
            return numbers;
        }

        /// The image's rows for the products, with windows over the other axes.
        private Lettered image(char product, char row) {
            var out = sight.out();
            int read = tiles() * RESULTS + FILTER - 1;
            int extent = results() + FILTER - 1;
            var base = read == extent
                    ? image.base()
                    : out.add(new Pad(axis(), 0, read - extent, 0), node.origin(), image.base());
            var rows = out.add(new Windows(axis(), PRODUCTS, RESULTS, 1), node.origin(), base);
            var letters = image.letters().replace("" + place, "" + place + row);
            var others = image.letters().replace("" + place, "");
            var values = contract(
                    constants(IMAGE, "" + product + row, PRODUCTS),
                    new Lettered(rows, letters),
                    "" + place + product + others,
                    "" + row);
            for (var entry : image.windows().entrySet()) {
                if (entry.getKey() != place) {
                    values = windows(values, entry.getKey(), entry.getValue());
                }
            }
            return values;
        }

        private Lettered windows(Lettered value, char at, Windowed.Window other) {
            int axis = value.letters().indexOf(at);
            var prim = new Windows(
                    axis,
                    other.prim().kernel(),
                    other.prim().stride(),
                    isTurned(other) ? -other.prim().dilation() : other.prim().dilation());
            var letters = value.letters().replace("" + at, "" + at + other.element());
            return new Lettered(sight.out().add(prim, node.origin(), value.value()), letters);
        }

        /// The places of each tile one after another, without those beyond the border.
        private Value merged(Lettered sums) {
            var out = sight.out();
            int axis = spec.result().indexOf(place);
            var extents = new ArrayList<>(sight.type(sums.value()).shape().extents());
            extents.set(axis, extents.get(axis) * RESULTS);
            extents.subList(axis + 1, axis + 2).clear();
            var all = out.add(new Reshape(new Shape(extents)), node.origin(), sums.value());
            return results() == extents.get(axis) ? all : out.add(new Slice(axis, 0, results(), 1), node.origin(), all);
        }

        private char fresh(int number) {
            var used = spec.left() + spec.right() + spec.result();
            return "abcdefghijklmnopqrstuvwxyz"
                    .chars()
                    .mapToObj(c -> (char) c)
                    .filter(c -> used.indexOf(c) < 0)
                    .collect(Collectors.toList())
                    .get(number);
        }
    }
}
