package dev.lanewise.dsl.diagnostic;

/// The kinds of diagnostics of one stage; its implementations are enums, so that tests and `explain` can list them.
public interface Code {

    /// In messages: `shape-mismatch`.
    String id();

    /// What it means and what to do, in a few sentences.
    String explanation();
}
