package dev.lanewise.compiler;

import dev.lanewise.compiler.emit.Emitter;
import dev.lanewise.compiler.emit.Tiling;
import dev.lanewise.compiler.graph.CompilerBug;
import dev.lanewise.compiler.graph.Model;
import dev.lanewise.compiler.graph.Weight;
import dev.lanewise.compiler.interpret.Pointwise;
import dev.lanewise.compiler.jar.FacadeNames;
import dev.lanewise.compiler.jar.JarContents;
import dev.lanewise.dsl.syntax.Declaration;
import dev.lanewise.runtime.model.ModelInfo;
import dev.lanewise.runtime.model.Program;
import dev.lanewise.runtime.model.TrainPlan;
import dev.lanewise.runtime.model.WeightStore;
import dev.lanewise.runtime.train.Bundle;
import dev.lanewise.runtime.train.ModelNetwork;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// A compilation ready to run: its classes in a loader of their own, its weights with their first values.
public final class CompiledNetwork {

    private final Compilation compilation;
    private final ModelNetwork network;

    private CompiledNetwork(Compilation compilation, ModelNetwork network) {
        this.compilation = compilation;
        this.network = network;
    }

    /// `options` are those of the compilation.
    public static CompiledNetwork of(Compilation compilation, CompileOptions options) {
        var model = compilation.model();
        var names = FacadeNames.of(model.name(), options.packageName());
        var info = info(compilation, options.settings());
        var part = new JarContents.Part(
                names,
                info,
                compilation.classes(),
                compilation.sources(),
                !compilation.fits().isEmpty());
        return of(compilation, info, () -> JarContents.of(List.of(part)));
    }

    private static CompiledNetwork of(Compilation compilation, ModelInfo info, Supplier<Map<String, byte[]>> code) {
        var program = new MemoryClasses(compilation.classes()).make(info.programClass(), Program.class);
        return new CompiledNetwork(
                compilation, new ModelNetwork(new Bundle(info, program, code), weights(compilation.model(), info)));
    }

    /// Networks that lie in one jar, which each of them saves whole: compiled [Compiler#together], by the options
    /// of that.
    public static List<CompiledNetwork> together(List<Compilation> compilations, CompileOptions options) {
        var parts = new ArrayList<JarContents.Part>();
        var networks = new ArrayList<CompiledNetwork>();
        for (var compilation : compilations) {
            var info = info(compilation, options.settings());
            var names = FacadeNames.of(info.network(), options.packageName());
            parts.add(new JarContents.Part(
                    names,
                    info,
                    compilation.classes(),
                    compilation.sources(),
                    !compilation.fits().isEmpty()));
            networks.add(of(compilation, info, () -> {
                var code = new LinkedHashMap<>(JarContents.of(parts));
                for (var other : networks) {
                    if (!other.info().network().equals(info.network())) {
                        code.putAll(other.info().beside(other.network().weights()));
                    }
                }
                return code;
            }));
        }
        return networks;
    }

    public Compilation compilation() {
        return compilation;
    }

    /// The network to predict with, to train, and to save as a jar.
    public ModelNetwork network() {
        return network;
    }

    public ModelInfo info() {
        return network.bundle().info();
    }

    /// This network with a program that is [dev.lanewise.compiler.emit.Timed] and the present weights, to measure
    /// and not to save.
    public CompiledNetwork timed() {
        return timed(Tiling.RULE);
    }

    /// The same with other register tiles for dense products.
    public CompiledNetwork timed(Tiling tiling) {
        var info = info();
        var program = info.programClass();
        var classes = Emitter.timed(
                compilation.program(),
                program.substring(0, Math.max(0, program.lastIndexOf('.'))),
                Compiler.fileName(compilation.syntax().source()),
                tiling);
        var timed = new MemoryClasses(Compiler.files(classes)).make(program, Program.class);
        return new CompiledNetwork(
                compilation,
                new ModelNetwork(
                        new Bundle(info, timed, Map::of), network.weights().duplicate()));
    }

    /// Writes the jar with the present weights.
    public void save(Path jar) {
        network.save(jar);
    }

    private static ModelInfo info(Compilation compilation, Map<String, String> settings) {
        var model = compilation.model();
        var train = model.train();
        return new ModelInfo(
                model.name(),
                model.inputs(),
                model.targets(),
                model.outputs(),
                model.parameterCount(),
                compilation.program().layout(),
                compilation.programClass(),
                new TrainPlan(
                        train.data(),
                        train.testData(),
                        train.test(),
                        train.validate(),
                        train.optimizer(),
                        train.schedule(),
                        train.batch(),
                        train.epochs(),
                        train.seed(),
                        train.shuffle(),
                        train.patience(),
                        train.require(),
                        train.bagging().models(),
                        model.pretraining().epochs(),
                        train.augment()),
                settings(compilation, settings),
                Map.of(),
                compilation.sources().keySet().stream()
                        .map(path -> JarContents.SOURCES + path)
                        .toList(),
                digest(compilation.sources()),
                Lanewise.version());
    }

    /// All hyper-parameters with the text of the value used, and the entries of the train block that were set from
    /// outside.
    private static Map<String, String> settings(Compilation compilation, Map<String, String> given) {
        var all = new LinkedHashMap<String, String>();
        var text = compilation.syntax().source().text();
        for (var declaration : compilation.syntax().declarations()) {
            if (declaration.kind() == Declaration.Kind.NETWORK) {
                for (var parameter : declaration.parameters()) {
                    if (parameter.hasDefault()) {
                        var span = parameter.initial().span();
                        all.put(parameter.name().text(), text.substring(span.start(), span.end()));
                    }
                }
            }
        }
        all.putAll(given);
        return all;
    }

    /// SHA-256 of the texts and their paths.
    private static String digest(Map<String, String> sources) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            sources.forEach((path, text) -> {
                digest.update((path + "\n" + text.length() + "\n" + text).getBytes(StandardCharsets.UTF_8));
            });
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new CompilerBug("every JDK has SHA-256");
        }
    }

    /// Every weight's first value, drawn by its initialiser. It is step 0 of the run's random numbers.
    private static WeightStore weights(Model model, ModelInfo info) {
        var store = WeightStore.zeros(info.layout());
        // Each weight has random numbers and a place of its own.
        model.weights().parallelStream().forEach(weight -> store.set(weight.name(), first(model, weight)));
        return store;
    }

    static double[] first(Model model, Weight weight) {
        return Pointwise.first(
                weight.initial(), model.train().doublePrecision(), model.train().seed());
    }

    /// The texts that the network was compiled from, the network's own first.
    public List<String> sources() {
        return List.copyOf(compilation.sources().values());
    }
}
