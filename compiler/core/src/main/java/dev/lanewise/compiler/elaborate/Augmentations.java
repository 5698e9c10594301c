package dev.lanewise.compiler.elaborate;

import dev.lanewise.dsl.diagnostic.Names;
import dev.lanewise.dsl.diagnostic.Note;
import dev.lanewise.dsl.source.Span;
import dev.lanewise.dsl.syntax.Expression;
import dev.lanewise.dsl.syntax.Identifier;
import dev.lanewise.dsl.syntax.Statement;
import dev.lanewise.runtime.Port;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/// `augment image: rotate(degrees: 10) |> shift(2)`: how an input's examples are changed while the network is
/// trained. The trainer reads it as a line for each change: the input's name, the kind, its numbers.
final class Augmentations {

    private static final String MIXUP = "mixup";
    private static final String NOISE = "noise";
    private static final String COLOR_SHIFT = "color_shift";

    private final Evaluator evaluator;
    private final Scope scope;
    private final List<Port> inputs;
    private final List<String> lines = new ArrayList<>();
    private boolean mixes;

    private Augmentations(Evaluator evaluator, Scope scope, List<Port> inputs) {
        this.evaluator = evaluator;
        this.scope = scope;
        this.inputs = inputs;
    }

    /// The lines of all entries; what is wrong with one is told, and leaves it out.
    static String of(List<Statement.Entry> entries, Evaluator evaluator, Scope scope, List<Port> inputs) {
        var all = new Augmentations(evaluator, scope, inputs);
        for (var entry : entries) {
            try {
                all.add(entry);
            } catch (Abandoned reported) {
                // told
            }
        }
        return String.join("\n", all.lines);
    }

    private void add(Statement.Entry entry) {
        var input = input(entry);
        var value = entry.value();
        if (!(value instanceof Expression.Pipeline(Expression first, List<Expression.Stage> stages, Span _))) {
            add(input, value);
            return;
        }
        add(input, first);
        for (var stage : stages) {
            add(input, new Expression.Call(stage.callee(), stage.arguments(), stage.span()));
        }
    }

    private Port input(Statement.Entry entry) {
        var subject = entry.subject();
        var names = inputs.stream().map(Port::name).toList();
        if (subject.isEmpty() && inputs.size() == 1) {
            return checked(inputs.getFirst(), entry.key());
        }
        var found = inputs.stream()
                .filter(port -> port.name().equals(subject.text()))
                .findFirst();
        if (found.isEmpty()) {
            throw scope.error(
                    ElaborationCode.BAD_SETTING,
                    subject.isEmpty() ? entry.key().span() : subject.span(),
                    subject.isEmpty() ? "`augment` does not say which input" : "there is no input `" + subject + "`",
                    Names.suggestion(subject.text(), names, Note.expected(String.join(", ", names))));
        }
        return checked(found.get(), subject);
    }

    private Port checked(Port port, Identifier at) {
        if (port.kind() != Port.Kind.FLOAT) {
            throw scope.error(
                    ElaborationCode.BAD_SETTING,
                    at.span(),
                    "`" + port.name() + "` holds indices, which cannot be augmented",
                    Note.expected("an input of numbers"));
        }
        return port;
    }

    private void add(Port input, Expression change) {
        var name = change instanceof Expression.Call call
                ? call.callee().text()
                : change instanceof Expression.Path path ? path.text() : "";
        var kind = AugmentationKind.of(name);
        if (kind.isEmpty()) {
            throw scope.error(
                    ElaborationCode.BAD_SETTING,
                    change.span(),
                    "there is no augmentation " + (name.isEmpty() ? "of this form" : "`" + name + "`"),
                    Names.suggestion(
                            name,
                            AugmentationKind.names(),
                            Note.expected(String.join(", ", AugmentationKind.names()))));
        }
        checkShape(input, name, change);
        var numbers = numbers(name, kind.get().parameters(), change);
        if (name.equals("scale") && numbers[0] > numbers[1]) {
            throw scope.error(
                    ElaborationCode.BAD_SETTING,
                    change.span(),
                    "`scale` goes from its lowest factor to its highest",
                    Note.help(
                            "`scale(" + Meaning.numberText(numbers[1]) + ", " + Meaning.numberText(numbers[0]) + ")`"));
        }
        var line = new StringBuilder(input.name() + " " + name);
        for (double number : numbers) {
            line.append(' ').append(number);
        }
        lines.add(line.toString());
    }

    /// What moves pixels wants to know where they are; mixing comes last, once for the whole example.
    private void checkShape(Port input, String name, Expression change) {
        int rank = input.shape().size();
        if (mixes) {
            throw scope.error(
                    ElaborationCode.BAD_SETTING,
                    change.span(),
                    "`mixup` mixes whole examples: nothing can follow it",
                    Note.help("put `mixup` at the end of the last `augment`"));
        }
        if (name.equals(MIXUP)) {
            mixes = true;
            inputs.stream().filter(port -> port.kind() != Port.Kind.FLOAT).forEach(port -> {
                throw scope.error(
                        ElaborationCode.BAD_SETTING,
                        change.span(),
                        "`mixup` mixes whole examples, and the input `" + port.name() + "` holds indices");
            });
        } else if (name.equals(COLOR_SHIFT) && (rank != 3 || input.shape().getFirst() < 2)) {
            throw notFor(input, name, "float[3, height, width]", change);
        } else if (!name.equals(NOISE) && rank != 2 && rank != 3) {
            throw notFor(input, name, "float[channels, height, width], or float[height, width]", change);
        }
    }

    private Abandoned notFor(Port input, String name, String expected, Expression change) {
        return scope.error(
                ElaborationCode.BAD_SETTING,
                change.span(),
                "`" + name + "` cannot change `" + input.name() + "`",
                Note.found(input.type()),
                Note.expected(expected));
    }

    private double[] numbers(String name, List<AugmentationKind.Parameter> parameters, Expression change) {
        var given = new Double[parameters.size()];
        var names = parameters.stream().map(AugmentationKind.Parameter::name).toList();
        var arguments = change instanceof Expression.Call call ? call.arguments() : List.<Expression.Argument>of();
        int next = 0;
        for (var argument : arguments) {
            int at = argument.isNamed() ? names.indexOf(argument.name().text()) : next++;
            if (at < 0 || at >= given.length || given[at] != null) {
                throw scope.error(
                        ElaborationCode.UNKNOWN_ARGUMENT,
                        argument.span(),
                        at < 0
                                ? "`" + name + "` has no parameter `" + argument.name() + "`"
                                : "`" + name + "` takes " + String.join(", ", names) + ", each once",
                        Names.suggestion(argument.name().text(), names, Note.expected(String.join(", ", names))));
            }
            given[at] = number(parameters.get(at), argument.value());
        }
        var numbers = new double[given.length];
        for (int i = 0; i < numbers.length; i++) {
            var initial = given[i] == null ? parameters.get(i).initial() : given[i];
            if (initial == null) {
                throw scope.error(
                        ElaborationCode.MISSING_ARGUMENT,
                        change.span(),
                        "`" + name + "` needs `" + names.get(i) + "`",
                        Note.expected(name + "("
                                + parameters.stream()
                                        .map(p -> p.name() + ": " + p.expected())
                                        .collect(Collectors.joining(", "))
                                + ")"));
            }
            numbers[i] = Objects.requireNonNull(initial);
        }
        return numbers;
    }

    private double number(AugmentationKind.Parameter parameter, Expression value) {
        var meaning = evaluator.evaluate(value, scope);
        if (meaning instanceof Meaning.Number(double number)
                && number >= parameter.least()
                && number <= parameter.most()
                && (!parameter.whole() || number == Math.rint(number))) {
            return number;
        }
        throw scope.error(
                ElaborationCode.BAD_SETTING,
                value.span(),
                "`" + parameter.name() + "` cannot be " + Operators.describe(meaning, scope),
                Note.expected(parameter.expected()));
    }
}
