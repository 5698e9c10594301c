package dev.lanewise.compiler.elaborate;

import dev.lanewise.compiler.graph.CompilerBug;
import dev.lanewise.dsl.diagnostic.Diagnostic;
import dev.lanewise.dsl.diagnostic.Diagnostics;
import dev.lanewise.dsl.diagnostic.Note;
import dev.lanewise.dsl.javafn.JavaFunctions;
import dev.lanewise.dsl.source.Source;
import dev.lanewise.dsl.syntax.Declaration;
import dev.lanewise.dsl.syntax.Declaration.Kind;
import dev.lanewise.dsl.syntax.Parser;
import dev.lanewise.dsl.syntax.SourceFile;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Every declaration that a file can name: its own, those of its imports, and the library's. A user's name wins.
public final class Library {
    private final Map<Kind, Map<String, Declaration>> prelude = new EnumMap<>(Kind.class);
    private final Map<Kind, Map<String, Declaration>> user = new EnumMap<>(Kind.class);
    private final List<Source> sources = new ArrayList<>();

    /// A declaration and whose it is.
    public record Entry(Declaration declaration, boolean fromLibrary) {}

    private Library() {
        for (var kind : Kind.values()) {
            prelude.put(kind, new LinkedHashMap<>());
            user.put(kind, new LinkedHashMap<>());
        }
        for (var file : Prelude.files()) {
            for (var declaration : file.declarations()) {
                of(prelude, declaration.kind()).put(declaration.name().text(), declaration);
            }
        }
    }

    private static Map<String, Declaration> of(Map<Kind, Map<String, Declaration>> all, Kind kind) {
        return CompilerBug.expect(all, kind);
    }

    /// The library alone.
    public static Library prelude() {
        return new Library();
    }

    /// The library and what a file declares or imports from `folder`, the folder it lies in.
    public static Library of(SourceFile file, SourceFolder folder, Diagnostics diagnostics) {
        var library = new Library();
        library.new Loader(folder, file.source().name(), diagnostics).load(file);
        return library;
    }

    /// The user's files: the network's first, then those it imports.
    public List<Source> sources() {
        return List.copyOf(sources);
    }

    /// The declaration that `name` means; the library's own declarations see only each other.
    public Optional<Entry> find(Kind kind, String name, boolean libraryOnly) {
        var own = libraryOnly ? null : of(user, kind).get(name);
        if (own != null) {
            return Optional.of(new Entry(own, false));
        }
        return Optional.ofNullable(of(prelude, kind).get(name)).map(found -> new Entry(found, true));
    }

    /// As `find` for several kinds: any user's declaration before any of the library's.
    Optional<Entry> find(List<Kind> kinds, String name, boolean libraryOnly) {
        if (!libraryOnly) {
            for (var kind : kinds) {
                var own = of(user, kind).get(name);
                if (own != null) {
                    return Optional.of(new Entry(own, false));
                }
            }
        }
        return kinds.stream().flatMap(kind -> find(kind, name, true).stream()).findFirst();
    }

    /// Whether it stands between layers: a function of numbers, or a block of the library's activations.
    boolean isActivation(Declaration declaration) {
        return declaration.kind() == Kind.FN
                || declaration.kind() == Kind.BLOCK
                        && declaration.span().source().name().equals("prelude/activations.net");
    }

    /// The names of a kind, the user's first.
    public Set<String> names(Kind kind) {
        var names = new LinkedHashSet<>(of(user, kind).keySet());
        names.addAll(of(prelude, kind).keySet());
        return names;
    }

    /// Every declaration of this name, whatever its kind, the user's first: what `explain` shows.
    public List<Entry> named(String name) {
        var found = new ArrayList<Entry>();
        for (var kind : Kind.values()) {
            find(kind, name, false).ifPresent(found::add);
        }
        return List.copyOf(found);
    }

    /// Reads imports, depth first, each file once.
    private final class Loader {
        private final SourceFolder folder;
        private final String prefix;
        private final Diagnostics diagnostics;
        private final Set<String> loaded = new LinkedHashSet<>();
        private final Deque<String> open = new ArrayDeque<>();
        private final String main;

        Loader(SourceFolder folder, String name, Diagnostics diagnostics) {
            int slash = Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\'));
            this.folder = folder;
            this.prefix = name.substring(0, slash + 1);
            this.main = name.substring(slash + 1);
            this.diagnostics = diagnostics;
        }

        void load(SourceFile file) {
            loaded.add(main);
            open(main, file);
        }

        private void open(String path, SourceFile file) {
            sources.add(file.source());
            open.addLast(path);
            for (var declaration : file.declarations()) {
                declare(declaration);
            }
            for (var item : file.imports()) {
                follow(path, item);
            }
            open.removeLast();
        }

        private void follow(String from, SourceFile.Import item) {
            var written = item.file().value();
            var path = resolve(from, written);
            if (path.isEmpty()) {
                bad(item, "`" + written + "` lies outside the folder of the network");
            } else if (open.contains(path.get())) {
                var circle = new ArrayList<String>();
                boolean inside = false;
                for (var file : open) {
                    inside |= file.equals(path.get());
                    if (inside) {
                        circle.add(file);
                    }
                }
                circle.add(path.get());
                diagnostics.add(Diagnostic.error(
                        ElaborationCode.IMPORT_CYCLE,
                        item.file().span(),
                        "files import each other in a circle",
                        Note.note(String.join(" -> ", circle))));
            } else if (loaded.add(path.get())) {
                read(path.get(), item);
            }
        }

        private void read(String path, SourceFile.Import item) {
            if (!path.endsWith(".net") && !path.endsWith(".java")) {
                bad(item, "`" + path + "` is neither a .net nor a .java file");
                return;
            }
            switch (folder.read(path, prefix + path, diagnostics)) {
                case SourceFolder.Answer.Refused(String why) ->
                    bad(item, "`" + item.file().value() + "`: " + why);
                case SourceFolder.Answer.Found(Source source)
                when path.endsWith(".java") -> {
                    sources.add(source);
                    open.addLast(path);
                    JavaFunctions.read(source, other -> beside(path, other), diagnostics)
                            .forEach(this::declare);
                    open.removeLast();
                }
                case SourceFolder.Answer.Found(Source source) -> open(path, Parser.parse(source, diagnostics));
            }
        }

        /// A Java file that another one, at `from`, calls methods of; nothing when there is none.
        private Optional<Source> beside(String from, String written) {
            var answer = resolve(from, written).map(path -> folder.read(path, prefix + path, diagnostics));
            if (answer.isPresent() && answer.get() instanceof SourceFolder.Answer.Found(Source source)) {
                sources.add(source);
                return Optional.of(source);
            }
            return Optional.empty();
        }

        private void bad(SourceFile.Import item, String message) {
            diagnostics.add(
                    Diagnostic.error(ElaborationCode.BAD_IMPORT, item.file().span(), message));
        }

        /// The path below the folder, or nothing when it leads out of it.
        private Optional<String> resolve(String from, String written) {
            var parts = new ArrayDeque<String>();
            for (var part : from.split("/", -1)) {
                parts.addLast(part);
            }
            parts.removeLast();
            if (written.startsWith("/") || written.contains(":") || written.contains("\\") || written.contains("\0")) {
                return Optional.empty();
            }
            for (var part : written.split("/", -1)) {
                if (part.equals("..")) {
                    if (parts.pollLast() == null) {
                        return Optional.empty();
                    }
                } else if (!part.equals(".") && !part.isEmpty()) {
                    parts.addLast(part);
                }
            }
            return Optional.of(String.join("/", parts));
        }

        private void declare(Declaration declaration) {
            var kind = declaration.kind();
            var name = declaration.name();
            if (kind == Kind.NETWORK && open.size() > 1) {
                return;
            }
            var before = of(user, kind).putIfAbsent(name.text(), declaration);
            if (before != null) {
                diagnostics.add(Diagnostic.error(
                        ElaborationCode.DUPLICATE_DECLARATION,
                        name.span(),
                        "the " + kind.word() + " `" + name + "` is declared twice",
                        Note.at(before.name().span(), "the other one is here")));
            } else if (of(prelude, kind).containsKey(name.text())) {
                diagnostics.add(Diagnostic.note(
                        ElaborationCode.SHADOWED,
                        name.span(),
                        "this " + kind.word() + " `" + name + "` is used in place of the library's"));
            }
        }
    }
}
