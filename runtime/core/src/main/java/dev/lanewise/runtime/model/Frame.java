package dev.lanewise.runtime.model;

import dev.lanewise.runtime.simd.Warmup;
import dev.lanewise.runtime.team.Team;

/// What one run works on: arenas, the places of the buffers of the current entry, the batch's size and the run's
/// numbers. The generated code reads the public fields; a frame is used by one trainer or predictor at a time.
public final class Frame {
    /// For each buffer of the entry: the array it lies in (single precision programs), and its first element.
    public float[][] floats = {};
    /// For each buffer of the entry: the array it lies in (double precision programs).
    public double[][] doubles = {};
    /// For each buffer of the entry: its first element.
    public int[] offsets = {};
    /// Groups of 32 examples in the batch, the last one possibly padded with copies of a real example.
    public int groups;
    /// Real examples in the batch.
    public int examples;
    /// The numbers that the run supplies (`Prim.RunScalar`), in the order of that enum.
    public final double[] run = new double[5];
    /// Numbers that depend on `run` alone, computed by the program in double precision at the start of a run.
    public final double[] uniforms;
    /// The seed of the run's random draws.
    public long seed;
    /// For each kernel the form that the run uses, in vectors or scalar (the results are the same bits). All
    /// workers of a run must find the same here.
    public Warmup.Kernels[] kernels = {};
    public final Team team;
    /// For each worker some numbers that are its own within a kernel (single precision programs).
    public final float[][] floatScratch;
    /// The same (double precision programs).
    public final double[][] doubleScratch;

    /// The numbers of a worker's scratch where sums wait.
    public static final int SCRATCH = 2048;

    /// The numbers of a worker's scratch where what a product reads is packed: a share of the second cache.
    public static final int PACKED = 16_384;

    /// Keeps workers off each other's cache lines.
    private static final int APART = 64;

    public Frame(Team team, int uniforms, boolean doublePrecision) {
        int numbers = Math.max(SCRATCH, PACKED) + APART;
        this.team = team;
        this.floatScratch = new float[team.workers()][doublePrecision ? 0 : numbers];
        this.doubleScratch = new double[team.workers()][doublePrecision ? numbers : 0];
        this.uniforms = new double[uniforms];
    }
}
