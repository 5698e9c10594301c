package dev.lanewise.compiler.graph;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;

/// Work that another thread does meanwhile: it shares nothing that changes with whoever waits for it, so the result
/// is the same as if it had been done at once.
public final class Meanwhile<T> {
    private final FutureTask<T> task;

    private Meanwhile(FutureTask<T> task) {
        this.task = task;
    }

    public static <T> Meanwhile<T> start(Supplier<T> work) {
        var task = new FutureTask<T>(work::get);
        Thread.ofPlatform().daemon().name("lanewise-compiler").start(task);
        return new Meanwhile<>(task);
    }

    /// The result; what the work has thrown is thrown here.
    public T get() {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return task.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case RuntimeException own -> throw own;
                case Error own -> throw own;
                case null, default -> throw new CompilerBug("unexpected: " + e.getCause());
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
