package dev.lanewise.compiler.elaborate;

import dev.lanewise.dsl.diagnostic.Names;
import dev.lanewise.dsl.diagnostic.Note;
import dev.lanewise.dsl.source.Span;
import dev.lanewise.dsl.syntax.Expression;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `autoencoder(epochs: 5, corruption: 0.0, tied: false)`: how layers are pretrained. Without an `optimizer` of its
/// own it is the train block's; without `layers`, they are all hidden ones.
record Autoencoder(
        int epochs,
        double corruption,
        boolean tied,
        @Nullable Expression optimizer,
        List<Expression.Path> layers,
        Span span) {

    private static final List<String> PARAMETERS = List.of("epochs", "corruption", "tied", "optimizer", "layers");
    private static final String FORM =
            "autoencoder(epochs: 5, corruption: 0.0, tied: false, optimizer: adam(rate: 1e-3), layers: [dense_1])";
    private static final int DEFAULT_EPOCHS = 5;

    Autoencoder {
        layers = List.copyOf(layers);
    }

    private Autoencoder(Span span) {
        this(DEFAULT_EPOCHS, 0, false, null, List.of(), span);
    }

    /// What the entry says.
    static Autoencoder of(Expression entry, Elaboration elaboration, Scope scope) {
        var read = new Autoencoder(entry.span());
        if (entry instanceof Expression.Path path && path.text().equals("autoencoder")) {
            return read;
        }
        if (!(entry instanceof Expression.Call call) || !call.callee().text().equals("autoencoder")) {
            throw scope.error(
                    ElaborationCode.BAD_SETTING, entry.span(), "`pretrain` cannot be this", Note.expected(FORM));
        }
        for (var argument : call.arguments()) {
            read = read.with(argument, elaboration.evaluator, scope);
        }
        return read;
    }

    private Autoencoder with(Expression.Argument argument, Evaluator evaluator, Scope scope) {
        var value = argument.value();
        var name = argument.isNamed() ? argument.name().text() : PARAMETERS.getFirst();
        return switch (name) {
            case "epochs" ->
                new Autoencoder(
                        evaluator.whole(value, scope, "`epochs`", 0), corruption, tied, optimizer, layers, span);
            case "corruption" -> new Autoencoder(epochs, share(value, evaluator, scope), tied, optimizer, layers, span);
            case "tied" ->
                new Autoencoder(epochs, corruption, evaluator.truth(value, scope, "`tied`"), optimizer, layers, span);
            case "optimizer" -> new Autoencoder(epochs, corruption, tied, value, layers, span);
            case "layers" -> new Autoencoder(epochs, corruption, tied, optimizer, paths(value, scope), span);
            default ->
                throw scope.error(
                        ElaborationCode.UNKNOWN_ARGUMENT,
                        argument.name().span(),
                        "`autoencoder` has no parameter `" + name + "`",
                        Names.suggestion(name, PARAMETERS, Note.expected(FORM)));
        };
    }

    private static double share(Expression value, Evaluator evaluator, Scope scope) {
        var meaning = evaluator.evaluate(value, scope);
        if (meaning instanceof Meaning.Number(double share) && share >= 0 && share < 1) {
            return share;
        }
        throw scope.error(
                ElaborationCode.BAD_SETTING,
                value.span(),
                "`corruption` cannot be " + Operators.describe(meaning, scope),
                Note.expected("the share of an input's numbers that is set to 0, from 0 to below 1"));
    }

    private static List<Expression.Path> paths(Expression value, Scope scope) {
        if (value instanceof Expression.Items(List<Expression> elements, Span _)
                && !elements.isEmpty()
                && elements.stream().allMatch(Expression.Path.class::isInstance)) {
            return elements.stream().map(Expression.Path.class::cast).toList();
        }
        throw scope.error(
                ElaborationCode.BAD_SETTING,
                value.span(),
                "`layers` cannot be this",
                Note.expected("the names of layers, [dense_1, dense_2]"));
    }
}
