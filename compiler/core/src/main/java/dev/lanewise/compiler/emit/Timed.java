package dev.lanewise.compiler.emit;

/// A program that notes the time while it trains: what [Emitter#timed] writes instead of the usual one.
public interface Timed {
    /// Of the last training step, in nanoseconds: when each call of the entry began, for all workers, and when the
    /// last one ended. A call that waits for the workers before it has begun when they are there.
    long[] stamps();
}
