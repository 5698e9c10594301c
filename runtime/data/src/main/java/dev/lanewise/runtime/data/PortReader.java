package dev.lanewise.runtime.data;

/// Delivers one port's numbers of one example.
interface PortReader {

    void read(int example, double[] target, int offset);

    void read(int example, float[] target, int offset);
}
