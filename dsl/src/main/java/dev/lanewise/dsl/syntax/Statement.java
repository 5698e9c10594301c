package dev.lanewise.dsl.syntax;

import dev.lanewise.dsl.source.Span;
import dev.lanewise.dsl.syntax.Declaration.Body;
import java.util.List;

/// What stands in the body of a declaration.
public sealed interface Statement {

    Span span();

    /// `name = value`
    record Binding(Identifier name, Expression value, Span span) implements Statement {}

    /// `name <- value`: the state's value from the next step on.
    record Write(Identifier name, Expression value, Span span) implements Statement {}

    /// `layer shared = dense(64)`, perhaps `frozen`; a callee without parentheses has no arguments.
    record Layer(boolean frozen, Identifier name, Expression.Call call, Span span) implements Statement {}

    /// `param w: float[784, 500] = normal(std: 0.01)`, perhaps `frozen`.
    record Param(boolean frozen, Identifier name, Type type, Expression initial, Span span) implements Statement {}

    /// `state s: float[n] = zeros`; the type may be unstated.
    record State(Identifier name, Type type, Expression initial, Span span) implements Statement {}

    /// `fitted m = mean(x, over: examples)`
    record Fitted(Identifier name, Expression value, Span span) implements Statement {}

    /// `input image: float[1, 28, 28]`
    record Input(Identifier name, Type type, Span span) implements Statement {}

    /// `target digit: class[10]`
    record Target(Identifier name, Type type, Span span) implements Statement {}

    /// `output probability = softmax(logits)`
    record Output(Identifier name, Expression value, Span span) implements Statement {}

    /// `loss cross_entropy(logits, digit)`
    record Loss(Expression value, Span span) implements Statement {}

    /// `metric accuracy(logits, digit)` or `metric hits = ...`; the name may be empty.
    record Metric(Identifier name, Expression value, Span span) implements Statement {}

    /// `return value`
    record Return(Expression value, Span span) implements Statement {}

    /// `require rank(x) == 1, "dense takes a vector and got {shape(x)}"`
    record Require(Expression condition, Message message, Span span) implements Statement {}

    /// `repeat n as i { ... }`; the index may be empty.
    record Repeat(Expression count, Identifier index, Body body, Span span) implements Statement {}

    /// `if a { ... } else if b { ... } else { ... }`; `otherwise` is empty when there is no last `else`.
    record If(List<Branch> branches, Body otherwise, Span span) implements Statement {
        public If {
            branches = List.copyOf(branches);
        }
    }

    /// `train { ... }`
    record Train(List<Entry> entries, Span span) implements Statement {
        public Train {
            entries = List.copyOf(entries);
        }
    }

    /// A condition and what is done when it is the first that holds.
    record Branch(Expression condition, Body body, Span span) {}

    /// `batch: 64`, or `augment image: shift(2)`, where `subject` is `image`; else the subject is empty.
    record Entry(Identifier key, Identifier subject, Expression value, Span span) {}

    /// The text of a `require`, cut at its `{expression}` places.
    record Message(List<Part> parts, Span span) {
        public Message {
            parts = List.copyOf(parts);
        }
    }

    /// A piece of a message.
    sealed interface Part {
        /// Characters as they are.
        record Literal(String text) implements Part {}

        /// `{shape(x)}`
        record Inserted(Expression value) implements Part {}
    }
}
