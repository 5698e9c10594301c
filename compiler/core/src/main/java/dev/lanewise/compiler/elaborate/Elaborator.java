package dev.lanewise.compiler.elaborate;

import dev.lanewise.compiler.graph.Graph;
import dev.lanewise.compiler.graph.Model;
import dev.lanewise.compiler.graph.Weight;
import dev.lanewise.dsl.diagnostic.Diagnostic;
import dev.lanewise.dsl.diagnostic.Diagnostics;
import dev.lanewise.dsl.diagnostic.Names;
import dev.lanewise.dsl.diagnostic.Note;
import dev.lanewise.dsl.diagnostic.Severity;
import dev.lanewise.dsl.source.Source;
import dev.lanewise.dsl.syntax.Declaration;
import dev.lanewise.dsl.syntax.Declaration.Kind;
import dev.lanewise.dsl.syntax.Expression;
import dev.lanewise.dsl.syntax.Identifier;
import dev.lanewise.dsl.syntax.Parameter;
import dev.lanewise.dsl.syntax.Parser;
import dev.lanewise.dsl.syntax.SourceFile;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// A file to a model: the network's training and prediction graphs, its weights, metrics and update rules.
public final class Elaborator {
    /// How the name of a source begins that holds a setting from outside the file.
    static final String SETTING = "--set ";

    private static final String TRAIN = "train.";

    /// Operations of a training graph, before gradients, from which on no program could be written.
    private static final int MOST_OPERATIONS = 100_000;

    private final Library library;
    private final Options options;
    private final Diagnostics diagnostics;

    private Elaborator(Library library, Options options, Diagnostics diagnostics) {
        this.library = library;
        this.options = options;
        this.diagnostics = diagnostics;
    }

    /// The model of the one network of a file; nothing when there are errors. `folder` is where the file lies.
    public static Optional<Model> elaborate(
            SourceFile file, SourceFolder folder, Options options, Diagnostics diagnostics) {
        return elaborate(file, Library.of(file, folder, diagnostics), options, diagnostics);
    }

    /// As above, with the declarations that are read already.
    public static Optional<Model> elaborate(
            SourceFile file, Library library, Options options, Diagnostics diagnostics) {
        if (unreadable(diagnostics)) {
            networks(file).stream().findFirst().ifPresent(network -> {
                var found = new Diagnostics();
                new Elaborator(library, options, found).run(network);
                var consequences = new Consequences(file, diagnostics.all());
                found.all().stream()
                        .filter(diagnostic -> !consequences.mayHold(diagnostic))
                        .forEach(diagnostics::add);
            });
            return Optional.empty();
        }
        var networks = networks(file);
        if (networks.isEmpty()) {
            int end = file.source().text().length();
            diagnostics.add(Diagnostic.error(
                    ElaborationCode.MISSING_NETWORK,
                    file.source().span(end, end),
                    "the file declares no network",
                    Note.help("`network NAME { ... }`")));
            return Optional.empty();
        }
        if (networks.size() > 1) {
            diagnostics.add(Diagnostic.error(
                    ElaborationCode.SEVERAL_NETWORKS,
                    networks.get(1).name().span(),
                    "a file declares one network",
                    Note.at(networks.getFirst().name().span(), "the first one is here")));
        }
        return new Elaborator(library, options, diagnostics).run(networks.getFirst());
    }

    /// Whether something could not be read, here or in an import.
    private static boolean unreadable(Diagnostics diagnostics) {
        return diagnostics.all().stream()
                .anyMatch(diagnostic -> diagnostic.severity() == Severity.ERROR
                        && !diagnostic.code().equals(ElaborationCode.DUPLICATE_DECLARATION.id()));
    }

    private static List<Declaration> networks(SourceFile file) {
        return file.declarations().stream()
                .filter(declaration -> declaration.kind() == Kind.NETWORK)
                .toList();
    }

    private Optional<Model> run(Declaration network) {
        var first = attempt(network, List.of());
        if (!first.elaboration.weightStatements.readTooEarly()) {
            return first.model;
        }
        return attempt(network, first.elaboration.weights.kernels()).model;
    }

    private record Attempt(Elaboration elaboration, Optional<Model> model) {}

    /// `kernels` are those that a first attempt found, where `weights` was read before all were declared.
    private Attempt attempt(Declaration network, List<WeightTable.Entry> kernels) {
        var elaboration = new Elaboration(library, diagnostics);
        elaboration.weightStatements.foretell(kernels);
        var training = new NetworkPass(elaboration, network, Drawing.Purpose.TRAINING);
        bind(network, training, elaboration);
        training.run();
        if (elaboration.weightStatements.readTooEarly() && kernels.isEmpty()) {
            return new Attempt(elaboration, Optional.empty());
        }
        var graph = training.build();
        if (graph.nodes().size() > MOST_OPERATIONS) {
            diagnostics.add(tooLarge(
                    network,
                    String.format(
                            Locale.ROOT,
                            "%,d operations for an example",
                            graph.nodes().size())));
            return new Attempt(elaboration, Optional.empty());
        }
        var block = new TrainBlock(elaboration, training.train(), trainOverrides(), training.scope());
        var settings = block.settings(training.inputs());
        var bounds = new Bounds(elaboration, block.entry("clip"), block.entry("max_norm"), training.scope(), graph);
        var rules = training.hasLoss()
                ? new Rules(
                                elaboration,
                                block.entry("optimizer"),
                                block.entry("schedule"),
                                bounds,
                                training.scope(),
                                "")
                        .rules(elaboration.weights.trained())
                : Map.<String, Graph>of();
        var pretraining = Pretraining.of(elaboration, block, bounds, training, graph);
        var weights = new Initialisers(elaboration, graph, training.drawing().applications()).resolve();
        if (diagnostics.hasErrors()) {
            return new Attempt(elaboration, Optional.empty());
        }
        checkMemory(weights, settings.doublePrecision());
        elaboration.weights.complete();
        var prediction = new NetworkPass(elaboration, network, Drawing.Purpose.PREDICTION);
        bind(network, prediction, elaboration);
        prediction.run();
        if (diagnostics.hasErrors()) {
            return new Attempt(elaboration, Optional.empty());
        }
        var model = new Model(
                network.name().text(),
                training.inputs(),
                training.targets(),
                training.outputs(),
                weights,
                graph,
                prediction.build(),
                prediction.metrics(),
                rules,
                bounds.clip(),
                settings,
                training.layers());
        var refused = Ensemble.refused(model);
        if (!refused.isEmpty()) {
            block.noProbabilities(refused);
            return new Attempt(elaboration, Optional.empty());
        }
        var pretrained = pretraining
                .map(stages -> model.with(stages.on(model.prediction())))
                .orElse(model);
        return new Attempt(elaboration, Optional.of(Ensemble.of(pretrained)));
    }

    // Hyper-parameters

    private void bind(Declaration network, NetworkPass pass, Elaboration elaboration) {
        var entry = new Library.Entry(network, false);
        var names = network.parameters().stream().map(p -> p.name().text()).toList();
        options.overrides().forEach((name, text) -> {
            if (!name.startsWith(TRAIN) && !names.contains(name)) {
                var source = new Source(SETTING + name, text);
                diagnostics.add(Diagnostic.error(
                        ElaborationCode.UNKNOWN_HYPER_PARAMETER,
                        source.span(0, text.length()),
                        "`" + network.name() + "` has no hyper-parameter `" + name + "`",
                        Names.suggestion(
                                name, names, Note.expected(names.isEmpty() ? "none" : String.join(", ", names)))));
            }
        });
        for (var parameter : network.parameters()) {
            var name = parameter.name().text();
            try {
                pass.scope().bind(name, value(entry, parameter, pass.scope(), elaboration));
            } catch (Abandoned reported) {
                pass.scope().bind(name, new Meaning.Broken());
            }
        }
    }

    private Meaning value(Library.Entry entry, Parameter parameter, Scope scope, Elaboration elaboration) {
        var name = parameter.name().text();
        var override = options.overrides().get(name);
        if (override != null) {
            var expression = expression(name, override);
            return elaboration.arguments.argument(
                    entry,
                    parameter,
                    new Given(new Identifier("", expression.span()), expression, null, null),
                    scope,
                    scope);
        }
        return elaboration.arguments.standard(entry, parameter, scope);
    }

    private Expression expression(String name, String text) {
        return Parser.parseExpression(new Source(SETTING + name, text), diagnostics);
    }

    private Map<String, Expression> trainOverrides() {
        var entries = new LinkedHashMap<String, Expression>();
        options.overrides().forEach((name, text) -> {
            if (name.startsWith(TRAIN)) {
                entries.put(name.substring(TRAIN.length()), expression(name, text));
            }
        });
        return entries;
    }

    // Size

    /// Tells that the network of a file has too many layers.
    public static Diagnostic tooLarge(SourceFile file, String found) {
        return tooLarge(networks(file).getFirst(), found);
    }

    private static Diagnostic tooLarge(Declaration network, String found) {
        return Diagnostic.error(
                ElaborationCode.TOO_LARGE,
                network.name().span(),
                "the network has too many layers for one program",
                Note.found(found),
                Note.help("`repeat` less often: some 5,000 dense layers fit"));
    }

    /// Reports a network whose weights alone do not fit: they, their gradients, and a copy of the best are kept.
    private void checkMemory(List<Weight> weights, boolean doublePrecision) {
        double bytes = 0;
        Optional<Weight> largest = Optional.empty();
        for (var weight : weights) {
            long size = weight.shape().size();
            bytes += (double) size * (doublePrecision ? Double.BYTES : Float.BYTES) * 2;
            if (largest.isEmpty() || size > largest.get().shape().size()) {
                largest = Optional.of(weight);
            }
        }
        if (bytes > options.memory() && largest.isPresent()) {
            var weight = largest.get();
            diagnostics.add(Diagnostic.error(
                    ElaborationCode.TOO_LARGE,
                    weight.origin().span(),
                    "the network does not fit into memory",
                    Note.found(gigabytes(bytes) + " for weights and gradients, of which `" + weight.name()
                            + "` has the shape " + weight.shape()),
                    Note.expected("at most " + gigabytes(options.memory())),
                    Note.help("fewer units, or more memory: the JVM's option -Xmx")));
        }
    }

    private static String gigabytes(double bytes) {
        return String.format(Locale.ROOT, "%.1f GB", bytes / 1e9);
    }
}
