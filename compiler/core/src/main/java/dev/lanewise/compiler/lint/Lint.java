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
/// the next.
public final class Lint {
    private final SourceFile syntax;
    private final List<Diagnostic> found = new ArrayList<>();

    private Lint(SourceFile syntax) {
        this.syntax = syntax;
    }

    /// `watched` is as in [PredictedSignals#of].
    public static void warn(SourceFile syntax, Model model, Graph watched, Diagnostics diagnostics) {
        var lint = new Lint(syntax);
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
        int line = warning.span().line();
        return warning.span().source().name().equals(syntax.source().name())
                && syntax.allows().stream()
                        .anyMatch(allow -> allow.code().equals(warning.code())
                                && (allow.line() == line || allow.line() + 1 == line));
    }
}
