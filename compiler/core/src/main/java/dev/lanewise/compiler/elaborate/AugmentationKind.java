package dev.lanewise.compiler.elaborate;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A change that `augment` can make to examples on their way into training: what it is called with, and what it does.
public record AugmentationKind(String name, List<Parameter> parameters, String text) {

    private static final double ANY = Double.POSITIVE_INFINITY;
    private static final double MOST = 4096;

    /// In the order of their names.
    private static final List<AugmentationKind> ALL = Stream.of(
                    flip("horizontal", "left and right"),
                    flip("vertical", "top and bottom"),
                    kind(
                            "rotate",
                            "Turns the picture by an angle from -degrees to degrees; what comes from outside is 0.",
                            number("degrees", null, 0, 180)),
                    kind(
                            "scale",
                            "Enlarges the picture by a factor from low to high; below 1 it shrinks, and what comes from"
                                    + " outside is 0.",
                            number("low", null, 0.01, 100),
                            number("high", null, 0.01, 100)),
                    kind(
                            "shift",
                            "Moves the picture by whole pixels, from -pixels to pixels along each side; what comes from"
                                    + " outside is 0.",
                            whole("pixels", 0)),
                    kind(
                            "crop",
                            "Adds a border of zeros, pad pixels wide, and cuts a picture of the old size at a random"
                                    + " place.",
                            whole("pad", 0)),
                    kind(
                            "color_shift",
                            "Adds to every pixel the principal components of the training set's colours, each times its"
                                    + " variance and a normal draw with this deviation (Krizhevsky, Sutskever and"
                                    + " Hinton 2012).",
                            number("deviation", 0.1, 0, ANY)),
                    kind(
                            "brightness",
                            "Multiplies the picture's numbers by a factor from 1 - amount to 1 + amount.",
                            number("amount", null, 0, ANY)),
                    kind(
                            "contrast",
                            "Multiplies the distances from the picture's mean by a factor from 1 - amount to 1 +"
                                    + " amount.",
                            number("amount", null, 0, ANY)),
                    kind(
                            "noise",
                            "Adds to each number a normal draw with this deviation.",
                            number("deviation", null, 0, ANY)),
                    kind(
                            "cutout",
                            "Sets a square with sides of size pixels to the mean of its channel; its middle is any"
                                    + " pixel (DeVries and Taylor 2017).",
                            whole("size", 1)),
                    kind(
                            "mixup",
                            "Mixes each example with another one, inputs and numbers to be predicted alike, in shares"
                                    + " from the distribution Beta(alpha, alpha); a class is that of one of the two,"
                                    + " drawn with their shares (Zhang, Cisse, Dauphin and Lopez-Paz 2018).",
                            number("alpha", 0.2, 0.05, 4)))
            .sorted(Comparator.comparing(AugmentationKind::name))
            .toList();

    public AugmentationKind {
        parameters = List.copyOf(parameters);
    }

    /// A number of a change. Without an `initial` it must be given; `whole` ones have no fraction.
    public record Parameter(String name, @Nullable Double initial, double least, double most, boolean whole) {
        /// In words: `a number from 0 to 180`.
        public String expected() {
            var kind = whole ? "a whole number" : "a number";
            return Double.isInfinite(most)
                    ? kind + " of at least " + Meaning.numberText(least)
                    : kind + " from " + Meaning.numberText(least) + " to " + Meaning.numberText(most);
        }
    }

    /// The kind that is called so.
    public static Optional<AugmentationKind> of(String name) {
        return ALL.stream().filter(kind -> kind.name().equals(name)).findFirst();
    }

    /// The names of all kinds, in order.
    public static List<String> names() {
        return ALL.stream().map(AugmentationKind::name).toList();
    }

    /// As it is called: `color_shift(deviation: 0.1)`, `rotate(degrees)`.
    public String signature() {
        return parameters.stream()
                .map(p -> p.initial() == null ? p.name() : p.name() + ": " + Meaning.numberText(p.initial()))
                .collect(Collectors.joining(", ", name + "(", ")"));
    }

    private static AugmentationKind kind(String name, String text, Parameter... parameters) {
        return new AugmentationKind(name, List.of(parameters), text);
    }

    private static AugmentationKind flip(String direction, String sides) {
        return kind(
                "flip_" + direction,
                "Exchanges " + sides + " of the picture, with this chance.",
                number("chance", 0.5, 0, 1));
    }

    private static Parameter number(String name, @Nullable Double initial, double least, double most) {
        return new Parameter(name, initial, least, most, false);
    }

    private static Parameter whole(String name, double least) {
        return new Parameter(name, null, least, MOST, true);
    }
}
