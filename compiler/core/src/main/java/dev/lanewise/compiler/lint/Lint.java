package dev.lanewise.compiler.lint;

import dev.lanewise.compiler.graph.Graph;
import dev.lanewise.compiler.graph.Model;
import dev.lanewise.dsl.diagnostic.Diagnostic;
import dev.lanewise.dsl.diagnostic.Diagnostics;
import dev.lanewise.dsl.diagnostic.Note;
import dev.lanewise.dsl.source.Span;
import dev.lanewise.dsl.syntax.SourceFile;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/// All warnings of one network, in the order of its text. A comment `// allow: CODE` silences one on its own line and
/// the next, in imported files too.
public final class Lint {
    private final List<SourceFile> files;
    private final List<Diagnostic> found = new ArrayList<>();

    private Lint(List<SourceFile> files) {
        this.files = files;
    }

    /// `files` are the network's own, and what it imports; `watched` is as in [PredictedSignals#of].
    public static void warn(List<SourceFile> files, Model model, Graph watched, Diagnostics diagnostics) {
        var syntax = files.getFirst();
        var lint = new Lint(files);
        var wiring = new Wiring(model.training());
        var weights = new FirstWeights(model);
        new NameRules(lint, model).check(syntax);
        new SignalRules(lint, wiring)
                .check(PredictedSignals.of(
                        model, watched, Map.of(), model.train().batch()));
        new WeightRules(lint, wiring, weights).check();
        new LayerRules(lint, model, wiring, weights).check();
        new NormalisationRules(lint, model, wiring).check();
        lint.found.stream()
                .filter(warning -> !lint.isAllowed(warning))
                .sorted(Comparator.comparingInt(warning -> warning.span().start()))
                .forEach(diagnostics::add);
    }

    /// Once for each code and place.
    void warn(LintCode code, Span span, String message, Note... notes) {
        var warning = Diagnostic.warning(code, span, message, notes);
        boolean known = found.stream()
                .anyMatch(other ->
                        other.code().equals(warning.code()) && other.span().equals(span));
        if (!known) {
            found.add(warning);
        }
    }

    private boolean isAllowed(Diagnostic warning) {
        var span = warning.span();
        return files.stream()
                .filter(file -> file.source().name().equals(span.source().name()))
                .anyMatch(file -> file.allows(warning.code(), span.line()));
    }
}
