package dev.lanewise.compiler.elaborate;

import dev.lanewise.compiler.graph.Type;
import dev.lanewise.compiler.graph.Value;
import dev.lanewise.dsl.syntax.Declaration;
import dev.lanewise.dsl.syntax.Expression;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/// What an expression stands for while a network is elaborated: something known now, or a value of the graph.
sealed interface Meaning {

    /// A number known at compile time.
    record Number(double value) implements Meaning {}

    record Truth(boolean value) implements Meaning {}

    record Text(String value) implements Meaning {}

    /// A name that stands for itself, out of the words that its parameter lists (any, where that is empty).
    record Word(String word, List<String> among) implements Meaning {
        public Word {
            among = List.copyOf(among);
        }
    }

    record Items(List<Meaning> elements) implements Meaning {
        public Items {
            elements = List.copyOf(elements);
        }
    }

    /// Whether it stands for a node of the graph that is being made, so that it means nothing in another.
    default boolean isOfAGraph() {
        return this instanceof Tensor || this instanceof Shapeless || this instanceof Figure || this instanceof Table;
    }

    /// A value of the graph; `classes` is the number of classes or words when it counts them, else 0.
    record Tensor(Value value, int classes) implements Meaning {}

    /// A value that takes its shape from what it is combined with: a random draw, positions, a per-channel value.
    record Shapeless(Function<Type, Value> at) implements Meaning {}

    /// A figure over the whole data set, a value of a metric's last formula.
    record Figure(Value value) implements Meaning {}

    /// A table over the whole data set, made of the scores and the class of each example.
    record Table(Value scores) implements Meaning {}

    /// How a weight is initialised; evaluated when the weight's shape and fans are known.
    record Initialiser(Expression expression, Scope scope, String text) implements Meaning {}

    /// `layer shared = dense(64)`: one instance of a declaration, used as often as it is named.
    record SharedLayer(Declaration declaration, List<Given> given, Scope scope, String path, boolean frozen)
            implements Meaning {
        public SharedLayer {
            given = List.copyOf(given);
        }
    }

    /// The word `weights`: every kernel of the network.
    record AllWeights() implements Meaning {}

    /// What could not be elaborated; it has been reported, and those who meet it stay silent.
    record Broken() implements Meaning {}

    static Meaning of(boolean truth) {
        return new Truth(truth);
    }

    static Meaning of(double number) {
        return new Number(number);
    }

    /// Whether it is known at compile time.
    default boolean isKnown() {
        return switch (this) {
            case Number _, Truth _, Text _, Word _ -> true;
            case Items items -> items.elements().stream().allMatch(Meaning::isKnown);
            case Initialiser _ -> true;
            default -> false;
        };
    }

    /// As messages show it.
    default String text() {
        return switch (this) {
            case Number(double value) -> numberText(value);
            case Truth(boolean value) -> String.valueOf(value);
            case Text(String value) -> value;
            case Word(String word, var _) -> word;
            case Items(var elements) ->
                elements.stream().map(Meaning::text).collect(Collectors.joining(", ", "[", "]"));
            case Tensor _, Shapeless _, Figure _, Table _ -> "a value";
            case Initialiser(var _, var _, String text) -> text;
            case SharedLayer shared -> "the layer " + shared.path();
            case AllWeights _ -> "weights";
            case Broken _ -> "an error";
        };
    }

    /// A number without a needless point: `64`, `0.5`.
    static String numberText(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? String.valueOf((long) value)
                : String.valueOf(value);
    }
}
