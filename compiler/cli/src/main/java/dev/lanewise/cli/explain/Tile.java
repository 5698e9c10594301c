package dev.lanewise.cli.explain;

import dev.lanewise.runtime.Dataset;
import dev.lanewise.runtime.Port;
import java.util.List;

/// A small picture: rows of colours, red, green and blue in a byte each.
public record Tile(int height, int width, int[] colours) {

    /// The place of a port in the data, by its name.
    static int place(Dataset data, String name) {
        return data.ports().stream().map(Port::name).toList().indexOf(name);
    }

    /// Whether the values of a port can be seen as a picture.
    public static boolean shows(Port port) {
        var shape = port.shape();
        int rank = shape.size();
        boolean isPlane = rank == 2 || rank == 3 && (shape.getFirst() == 1 || shape.getFirst() == 3);
        return port.kind() == Port.Kind.FLOAT && isPlane && shape.getLast() > 1 && shape.get(rank - 2) > 1;
    }

    /// An example of a port that [#shows]; 0 is black and 1 white.
    public static Tile of(Port port, double[] values, int offset) {
        var shape = port.shape();
        int rank = shape.size();
        return of(values, offset, rank == 2 ? 1 : shape.getFirst(), shape.subList(rank - 2, rank), 0, 1);
    }

    /// Of one channel in grey or of three in colours; `low` is black and `high` white.
    public static Tile of(double[] values, int offset, int channels, List<Integer> plane, double low, double high) {
        int size = plane.get(0) * plane.get(1);
        var colours = new int[size];
        for (int i = 0; i < size; i++) {
            for (int c = 0; c < 3; c++) {
                double value = values[offset + (channels == 3 ? c * size : 0) + i];
                int level = (int) Math.round(255 * Math.clamp((value - low) / (high - low), 0.0, 1.0));
                colours[i] = colours[i] << 8 | level;
            }
        }
        return new Tile(plane.get(0), plane.get(1), colours);
    }
}
