package dev.lanewise.compiler;

import dev.lanewise.compiler.fit.FitProgram;
import dev.lanewise.compiler.graph.Graph;
import dev.lanewise.compiler.graph.Model;
import dev.lanewise.compiler.loops.LoopProgram;
import dev.lanewise.dsl.syntax.SourceFile;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/// One network at every stage of its way.
///
/// - `syntax`: the tree of its file; `sources` the texts of the file (first) and of what it imports, by their paths.
/// - `model`: what elaboration made of it.
/// - `backward`: the training step as differentiation left it; `step` and `prediction` are optimised. A network
/// without a loss has empty steps. `stages` are those of pretraining, optimised, by their layers.
/// - `program`: kernels, calls and memory plan; `fits`: what makes weights from the training data; `classes` the
/// emitted class files by their paths, that of the program first.
public record Compilation(
        SourceFile syntax,
        Map<String, String> sources,
        Model model,
        Graph backward,
        Graph step,
        Graph prediction,
        Map<String, Graph> stages,
        LoopProgram program,
        FitProgram fits,
        Map<String, byte[]> classes) {

    public Compilation {
        sources = Collections.unmodifiableMap(new LinkedHashMap<>(sources));
        stages = Collections.unmodifiableMap(new LinkedHashMap<>(stages));
        classes = Collections.unmodifiableMap(new LinkedHashMap<>(classes));
    }

    /// The class that implements the program.
    public String programClass() {
        var path = classes.keySet().iterator().next();
        return path.substring(0, path.length() - ".class".length()).replace('/', '.');
    }

    Compilation with(LoopProgram other, Map<String, byte[]> itsClasses) {
        return new Compilation(syntax, sources, model, backward, step, prediction, stages, other, fits, itsClasses);
    }
}
