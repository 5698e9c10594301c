package dev.lanewise.runtime.train;

import dev.lanewise.runtime.Dataset;
import dev.lanewise.runtime.Metrics;
import dev.lanewise.runtime.ModelException;
import dev.lanewise.runtime.Network;
import dev.lanewise.runtime.Port;
import dev.lanewise.runtime.Predictor;
import dev.lanewise.runtime.Trainer;
import dev.lanewise.runtime.model.Arena;
import dev.lanewise.runtime.model.Layout;
import dev.lanewise.runtime.model.ModelFile;
import dev.lanewise.runtime.model.ModelInfo;
import dev.lanewise.runtime.model.Program;
import dev.lanewise.runtime.model.WeightStore;
import dev.lanewise.runtime.team.Team;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A network whose program is loaded.
public final class ModelNetwork implements Network {
    private final Bundle bundle;
    private final WeightStore weights;
    private final PooledPredictor predictor;

    public ModelNetwork(Bundle bundle, WeightStore weights) {
        this.bundle = bundle;
        this.weights = weights;
        this.predictor = new PooledPredictor(bundle, weights, 1);
    }

    /// What [Network#load] is done by.
    public static final class FromJar implements Network.Loader {
        @Override
        public Network load(Path jar, String network) {
            return ModelNetwork.load(jar, network);
        }
    }

    private static ModelNetwork load(Path jar, String network) {
        var info = ModelFile.info(jar, network);
        var name = info.programClass();
        try {
            var loader = new URLClassLoader(new URL[] {jar.toUri().toURL()}, ModelNetwork.class.getClassLoader());
            var program = Class.forName(name, true, loader)
                    .asSubclass(Program.class)
                    .getDeclaredConstructor()
                    .newInstance();
            return of(jar, info, program);
        } catch (MalformedURLException e) {
            throw new ModelException(jar + ": the path cannot be a URL: " + e.getMessage(), e);
        } catch (ReflectiveOperationException | ClassCastException | LinkageError e) {
            throw new ModelException(jar + ": the class " + name + " cannot be loaded: " + e, e);
        }
    }

    private static ModelNetwork of(Path jar, ModelInfo info, Program program) {
        var bundle = new Bundle(info, program, () -> ModelFile.code(jar, info));
        return new ModelNetwork(bundle, ModelFile.weights(jar, info));
    }

    /// The network whose generated class is `facade`, with the weights of the jar that it was loaded from.
    public static ModelNetwork of(Class<?> facade, Program program) {
        try {
            var source = facade.getProtectionDomain().getCodeSource();
            if (source == null) {
                throw new ModelException(facade.getName() + " was not loaded from a jar; use load(Path)");
            }
            return of(Path.of(new URI(source.getLocation().toString())), program);
        } catch (URISyntaxException | IllegalArgumentException e) {
            throw new ModelException(facade.getName() + ": its jar cannot be found; use load(Path)", e);
        }
    }

    /// The network that `program` was generated for, with the weights of `jar`; no class is loaded from it.
    public static ModelNetwork of(Path jar, Program program) {
        var name = program.getClass().getName();
        var infos = ModelFile.infos(jar);
        for (var info : infos) {
            if (info.programClass().equals(name)) {
                return of(jar, info, program);
            }
        }
        throw new ModelException(
                jar + ": this is the network " + infos.getFirst().network() + ", not the one of " + name);
    }

    public Bundle bundle() {
        return bundle;
    }

    @Override
    public String name() {
        return bundle.info().network();
    }

    @Override
    public List<Port> inputs() {
        return bundle.info().inputs();
    }

    @Override
    public List<Port> targets() {
        return bundle.info().targets();
    }

    @Override
    public List<Port> outputs() {
        return bundle.info().outputs();
    }

    @Override
    public List<String> metrics() {
        var names = new ArrayList<String>();
        for (var metric : bundle.layout().metrics()) {
            names.add(metric.name());
        }
        return List.copyOf(names);
    }

    @Override
    public boolean doublePrecision() {
        return bundle.info().layout().doublePrecision();
    }

    @Override
    public WeightStore weights() {
        return weights;
    }

    @Override
    public Predictor predictor() {
        return predictor;
    }

    @Override
    public Predictor predictor(int threads) {
        var layout = bundle.layout();
        long numbers = layout.entries().get(Layout.PREDICT).exampleArena() * threads;
        Arena.expectRoom(layout.doublePrecision(), numbers, "the values for " + threads + " threads", "");
        return new PooledPredictor(bundle, weights, threads);
    }

    @Override
    public Metrics evaluate(Dataset data) {
        return bundle.evaluate(data, weights, Team.of(1));
    }

    @Override
    public Trainer.Options trainer() {
        return new TrainerOptions(bundle, weights);
    }

    @Override
    public void save(Path jar) {
        ModelFile.write(jar, bundle.info(), bundle.code().get(), weights);
    }
}
