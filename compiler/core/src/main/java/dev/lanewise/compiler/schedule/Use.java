package dev.lanewise.compiler.schedule;

/// A value is read by a kernel.
record Use(Cluster cluster, Cluster.At at, Need need) {

    /// What a reader asks for.
    enum Need {
        /// Any way will do.
        VALUE,
        /// Several times for each element: worth computing in place only when that is cheap.
        CHEAP,
        /// From memory; views may be looked through.
        STORED,
        /// The value itself in memory, row-major.
        BUFFER
    }

    boolean fromMemory() {
        return need.compareTo(Need.STORED) >= 0;
    }
}
