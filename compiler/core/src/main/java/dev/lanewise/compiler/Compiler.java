package dev.lanewise.compiler;

import dev.lanewise.compiler.autodiff.Autodiff;
import dev.lanewise.compiler.autodiff.TrainingStep;
import dev.lanewise.compiler.check.Surgery;
import dev.lanewise.compiler.elaborate.Elaborator;
import dev.lanewise.compiler.elaborate.Options;
import dev.lanewise.compiler.elaborate.SourceFolder;
import dev.lanewise.compiler.emit.Emitter;
import dev.lanewise.compiler.emit.TooLarge;
import dev.lanewise.compiler.fit.FitProgram;
import dev.lanewise.compiler.graph.Graph;
import dev.lanewise.compiler.graph.Meanwhile;
import dev.lanewise.compiler.graph.Model;
import dev.lanewise.compiler.graph.Result.Role;
import dev.lanewise.compiler.graph.Verifier;
import dev.lanewise.compiler.jar.FacadeNames;
import dev.lanewise.compiler.lint.Lint;
import dev.lanewise.compiler.loops.Kernel;
import dev.lanewise.compiler.loops.LoopProgram;
import dev.lanewise.compiler.optimize.Optimizer;
import dev.lanewise.compiler.schedule.Scheduler;
import dev.lanewise.dsl.diagnostic.Diagnostics;
import dev.lanewise.dsl.source.Source;
import dev.lanewise.dsl.syntax.Parser;
import dev.lanewise.dsl.syntax.SourceFile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The pipeline: every stage in its order, each a function of what the one before made.
public final class Compiler {

    private static final String CLASS = ".class";
    /// What the name of a program's class is followed by in that of the one that makes its weights from data.
    private static final String FITS = "Fits";

    private final CompileOptions options;
    private final Diagnostics diagnostics;
    private final List<Source> imported = new ArrayList<>();

    private Compiler(CompileOptions options, Diagnostics diagnostics) {
        this.options = options;
        this.diagnostics = diagnostics;
    }

    /// Compiles the one network of a file; nothing when there are errors. `folder` is where the file lies, for its
    /// imports.
    public static Optional<Compilation> compile(
            Source source, SourceFolder folder, CompileOptions options, Diagnostics diagnostics) {
        return new Compiler(options, diagnostics).run(source, folder);
    }

    /// A network made from a compiled one by other graphs: the second half alone, without warnings.
    static Compilation variant(Compilation original, Model model, CompileOptions options) {
        return new Compiler(options, new Diagnostics()).compile(original.syntax(), original.sources(), model);
    }

    /// The first half: text to model. What only needs the graphs stops here.
    public static Optional<Model> model(
            Source source, SourceFolder folder, CompileOptions options, Diagnostics diagnostics) {
        var compiler = new Compiler(options, diagnostics);
        return compiler.elaborate(Parser.parse(source, diagnostics), folder);
    }

    /// The network's file and those that it imports, which were found to be right.
    private List<SourceFile> parsed(SourceFile syntax) {
        var files = new ArrayList<>(List.of(syntax));
        imported.stream()
                .filter(source -> !source.name().endsWith(".java"))
                .map(source -> Parser.parse(source, new Diagnostics()))
                .forEach(files::add);
        return files;
    }

    private Optional<Compilation> run(Source source, SourceFolder folder) {
        var sources = new LinkedHashMap<String, String>();
        sources.put(fileName(source), source.text());
        var syntax = Parser.parse(source, diagnostics);
        return elaborate(syntax, recording(folder, sources)).flatMap(model -> compiled(syntax, sources, model));
    }

    private Optional<Model> elaborate(SourceFile syntax, SourceFolder folder) {
        var given = Options.none();
        for (var setting : options.settings().entrySet()) {
            given = given.with(setting.getKey(), setting.getValue());
        }
        return Elaborator.elaborate(syntax, folder, given, diagnostics)
                .map(Autodiff::expand)
                .map(this::verified);
    }

    /// The second half: model to classes; nothing when these would be larger than a class can be.
    private Optional<Compilation> compiled(SourceFile syntax, Map<String, String> sources, Model model) {
        var warnings = Meanwhile.start(() -> warnings(parsed(syntax), model));
        try {
            var compilation = compile(syntax, sources, model);
            diagnostics.addAll(warnings.get());
            return Optional.of(compilation);
        } catch (TooLarge tooLarge) {
            diagnostics.addAll(warnings.get());
            diagnostics.add(Elaborator.tooLarge(
                    syntax, "the class " + tooLarge.className() + " would be larger than a class can be"));
            return Optional.empty();
        }
    }

    private static Diagnostics warnings(List<SourceFile> files, Model model) {
        var warnings = new Diagnostics();
        Lint.warn(files, model, watched(model, Set.of()), warnings);
        return warnings;
    }

    private Compilation compile(SourceFile syntax, Map<String, String> sources, Model model) {
        var optimizer = new Optimizer(options.verify());
        var looked = looked(model);
        var predicting = Meanwhile.start(() -> optimizer.optimize(looked.prediction()));
        var prepared = optimizer.prepare(looked);
        var backward = verified(backward(prepared));
        var step = optimizer.optimize(backward);
        var prediction = predicting.get();
        var stages = new LinkedHashMap<String, Graph>();
        for (var stage : model.pretraining().stages()) {
            stages.put(stage.layer(), optimizer.optimize(verified(backward(optimizer.prepare(model.at(stage))))));
        }
        var program =
                Scheduler.schedule(model, step, prediction, stages, scheduling(model, options), new LinkedHashMap<>());
        var names = FacadeNames.of(model.name(), options.packageName());
        var fits = FitProgram.of(model, optimizer, weight -> Arrays.hashCode(CompiledNetwork.first(model, weight)));
        var compilation =
                new Compilation(syntax, sources, model, backward, step, prediction, stages, program, fits, Map.of());
        var named = named(compilation, Emitter.PROGRAM, program, names.packageName());
        var classes = files(Emitter.emit(List.of(named), names.packageName(), Emitter.KERNELS));
        classes.putAll(fitting(named, fits, names.packageName()));
        return compilation.with(program, classes);
    }

    /// A program and how its class is called; with the class of the one that makes weights from data.
    private static Emitter.Named named(Compilation compilation, String name, LoopProgram program, String packageName) {
        var fits = compilation.fits().isEmpty()
                ? Emitter.Fits.NONE
                : new Emitter.Fits(
                        FacadeNames.of("", packageName).inPackage(name + FITS),
                        compilation.fits().plan().toJson());
        return new Emitter.Named(name, program, fileName(compilation.syntax().source()), fits);
    }

    /// The classes of the program that makes weights from data.
    private static Map<String, byte[]> fitting(Emitter.Named named, FitProgram fits, String packageName) {
        if (fits.isEmpty()) {
            return Map.of();
        }
        var name = named.className() + FITS;
        var own = new Emitter.Named(name, fits.program(), named.sourceFile());
        return files(Emitter.emit(List.of(own), packageName, name + Emitter.KERNELS));
    }

    /// The training graph with the signals of these layers (of all activations, without names): results LAYER, and
    /// COTANGENT where there is a loss.
    public static Graph watched(Model model, Set<String> names) {
        var graph = model.watching(names).training();
        return model.hasLoss() ? Autodiff.gradients(graph, TrainingStep.trained(model)) : graph;
    }

    /// The model as it is to be looked at.
    private Model looked(Model model) {
        var watched = options.keep().contains(Role.LAYER) ? model.watching(options.layers()) : model;
        return options.penalties()
                ? watched
                : watched.with(Surgery.scalePenalties(watched.training(), 0), watched.prediction(), List.of());
    }

    /// The same networks with one set of kernels, their classes in the package of the options: a jar for all.
    /// Their names differ, and their precision is one.
    public static List<Compilation> together(List<Compilation> separate, CompileOptions options) {
        var kernels = new LinkedHashMap<Kernel, Integer>();
        var scheduled = separate.stream()
                .map(each -> Scheduler.schedule(
                        each.model(),
                        each.step(),
                        each.prediction(),
                        each.stages(),
                        scheduling(each.model(), options),
                        kernels))
                .toList();
        var programs = new ArrayList<Emitter.Named>();
        for (int i = 0; i < separate.size(); i++) {
            var name = separate.get(i).model().name() + Emitter.PROGRAM;
            var program = scheduled.get(i).sharing(List.copyOf(kernels.keySet()));
            programs.add(named(separate.get(i), name, program, options.packageName()));
        }
        var classes = files(Emitter.emit(programs, options.packageName(), Emitter.KERNELS));
        var together = new ArrayList<Compilation>();
        for (int i = 0; i < separate.size(); i++) {
            var own = new LinkedHashMap<String, byte[]>();
            var first = FacadeNames.of("", options.packageName())
                            .inPackage(programs.get(i).className())
                    + CLASS;
            own.put(first, classes.get(first));
            own.putAll(classes);
            own.putAll(fitting(programs.get(i), separate.get(i).fits(), options.packageName()));
            together.add(separate.get(i).with(programs.get(i).program(), own));
        }
        return together;
    }

    private static Scheduler.Options scheduling(Model model, CompileOptions options) {
        return new Scheduler.Options(options.keep(), model.train().doublePrecision(), options.fuse());
    }

    static Map<String, byte[]> files(Map<String, byte[]> classes) {
        var files = new LinkedHashMap<String, byte[]>();
        classes.forEach((name, bytes) -> files.put(name + CLASS, bytes));
        return files;
    }

    /// The training step with gradients and updates; without a loss no more than the layers that are watched.
    private static Graph backward(Model model) {
        if (model.hasLoss()) {
            return TrainingStep.of(model);
        }
        var layers = model.training().results().stream()
                .filter(r -> r.role() == Role.LAYER)
                .toList();
        return layers.isEmpty() ? Graph.EMPTY : new Graph(model.training().nodes(), layers);
    }

    private Model verified(Model model) {
        verified(model.training());
        verified(model.prediction());
        return model;
    }

    private Graph verified(Graph graph) {
        return options.verify() ? Verifier.verify(graph) : graph;
    }

    /// The same folder, which notes what is read from it.
    private SourceFolder recording(SourceFolder folder, Map<String, String> sources) {
        return (path, name, diagnostics) -> {
            var answer = folder.read(path, name, diagnostics);
            if (answer instanceof SourceFolder.Answer.Found(var source)) {
                sources.put(path, source.text());
                imported.add(source);
            }
            return answer;
        };
    }

    /// The last part of the path that the source is called by.
    static String fileName(Source source) {
        var name = source.name().replace('\\', '/');
        return name.substring(name.lastIndexOf('/') + 1);
    }
}
