package dev.lanewise.compiler.lint;

import dev.lanewise.compiler.graph.Model;
import dev.lanewise.compiler.graph.Prim;
import dev.lanewise.compiler.graph.Result;
import dev.lanewise.compiler.graph.Result.Role;
import dev.lanewise.dsl.diagnostic.Note;
import dev.lanewise.dsl.syntax.Declaration;
import dev.lanewise.dsl.syntax.Expression;
import dev.lanewise.dsl.syntax.Identifier;
import dev.lanewise.dsl.syntax.SourceFile;
import dev.lanewise.dsl.syntax.Statement;
import java.util.BitSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Inputs and names that nothing reads.
final class NameRules {
    private final Lint lint;
    private final Model model;

    NameRules(Lint lint, Model model) {
        this.lint = lint;
        this.model = model;
    }

    void check(SourceFile file) {
        for (var declaration : file.declarations()) {
            var names = new Names();
            switch (declaration.definition()) {
                case Declaration.Body body -> names.read(body.statements());
                case Declaration.Formula formula -> names.read(formula.value());
                case Declaration.Builtin _ -> {
                    continue;
                }
            }
            boolean isNetwork = declaration.kind() == Declaration.Kind.NETWORK;
            if (isNetwork) {
                ports(names);
                outputs(declaration.name());
            }
            for (var parameter : declaration.parameters()) {
                names.read(parameter.initial());
                names.bind(parameter.name());
            }
            names.unread()
                    .forEach(name -> lint.warn(
                            LintCode.UNUSED_NAME,
                            name.span(),
                            "nothing reads `" + name.text() + "`",
                            Note.help("use it, or take it out")));
        }
    }

    private void outputs(Identifier network) {
        var roles = Stream.of(model.training(), model.prediction())
                .flatMap(graph -> graph.results().stream())
                .map(Result::role)
                .collect(Collectors.toSet());
        if (roles.contains(Role.LOSS) && !roles.contains(Role.OUTPUT)) {
            lint.warn(
                    LintCode.NO_OUTPUT,
                    network.span(),
                    "`" + network.text() + "` has a loss and no output: trained, it predicts nothing",
                    Note.help("name what it predicts: `output NAME = ...`"));
        }
    }

    /// Inputs and targets on which no result depends.
    private void ports(Names names) {
        var used = new HashSet<String>();
        for (var graph : List.of(model.training(), model.prediction())) {
            var live = new BitSet();
            graph.results().stream()
                    .filter(result -> result.role() == Role.LOSS
                            || result.role() == Role.OUTPUT
                            || result.role() == Role.METRIC_SUM
                            || result.role() == Role.UPDATE)
                    .forEach(result -> live.set(result.value().node()));
            for (int i = graph.nodes().size() - 1; i >= 0; i--) {
                if (live.get(i)) {
                    var node = graph.nodes().get(i);
                    node.inputs().forEach(input -> live.set(input.node()));
                    if (node.prim() instanceof Prim.Input(var name)) {
                        used.add(name);
                    }
                }
            }
        }
        names.ports.forEach((name, identifier) -> {
            if (!used.contains(name)) {
                lint.warn(
                        LintCode.UNUSED_INPUT,
                        identifier.span(),
                        "nothing that the network computes depends on `" + name + "`",
                        Note.help("use it, or take it out"));
            }
        });
    }

    /// The names of one body: which are bound, and which are read other than to be bound again.
    private static final class Names {
        private final Map<String, Identifier> bound = new LinkedHashMap<>();
        private final Map<String, Identifier> ports = new LinkedHashMap<>();
        private final Set<String> read = new HashSet<>();

        void bind(Identifier name) {
            if (!name.isEmpty()) {
                bound.put(name.text(), name);
            }
        }

        List<Identifier> unread() {
            return bound.entrySet().stream()
                    .filter(entry -> !read.contains(entry.getKey()))
                    .map(Map.Entry::getValue)
                    .toList();
        }

        void read(List<Statement> statements) {
            statements.forEach(this::read);
        }

        private void read(Statement statement) {
            switch (statement) {
                case Statement.Binding binding -> {
                    boolean before = read.contains(binding.name().text());
                    read(binding.value());
                    if (!before) {
                        read.remove(binding.name().text()); // only bound again from itself
                    }
                    bind(binding.name());
                }
                case Statement.Write write -> read(write.value());
                case Statement.Layer layer -> {
                    read(layer.call());
                    bind(layer.name());
                }
                case Statement.Param param -> {
                    param.type().dimensions().forEach(this::read);
                    read(param.initial());
                    bind(param.name());
                }
                case Statement.State state -> {
                    state.type().dimensions().forEach(this::read);
                    read(state.initial());
                }
                case Statement.Fitted fitted -> {
                    read(fitted.value());
                    bind(fitted.name());
                }
                case Statement.Input input -> {
                    input.type().dimensions().forEach(this::read);
                    ports.put(input.name().text(), input.name());
                }
                case Statement.Target target -> {
                    target.type().dimensions().forEach(this::read);
                    ports.put(target.name().text(), target.name());
                }
                case Statement.Output output -> read(output.value());
                case Statement.Loss loss -> read(loss.value());
                case Statement.Metric metric -> read(metric.value());
                case Statement.Return result -> read(result.value());
                case Statement.Require require -> {
                    read(require.condition());
                    for (var part : require.message().parts()) {
                        if (part instanceof Statement.Part.Inserted(var value)) {
                            read(value);
                        }
                    }
                }
                case Statement.Repeat repeat -> {
                    read(repeat.count());
                    read(repeat.body().statements());
                }
                case Statement.If choice -> {
                    choice.branches().forEach(branch -> {
                        read(branch.condition());
                        read(branch.body().statements());
                    });
                    read(choice.otherwise().statements());
                }
                case Statement.Train train ->
                    train.entries().forEach(entry -> {
                        read.add(entry.subject().text());
                        read(entry.value());
                    });
            }
        }

        void read(Expression expression) {
            switch (expression) {
                case Expression.Number _, Expression.Text _, Expression.Missing _ -> {}
                case Expression.Items items -> items.elements().forEach(this::read);
                case Expression.Path path -> read.add(path.first().text());
                case Expression.Call call -> {
                    read.add(call.callee().first().text());
                    call.arguments().forEach(argument -> read(argument.value()));
                }
                case Expression.Unary unary -> read(unary.operand());
                case Expression.Binary binary -> {
                    read(binary.left());
                    read(binary.right());
                }
                case Expression.Pipeline pipeline -> {
                    read(pipeline.value());
                    pipeline.stages().forEach(stage -> {
                        read.add(stage.callee().first().text());
                        stage.arguments().forEach(argument -> read(argument.value()));
                    });
                }
                case Expression.Group group -> read(group.inner());
            }
        }
    }
}
