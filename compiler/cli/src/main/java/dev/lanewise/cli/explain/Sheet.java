package dev.lanewise.cli.explain;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import javax.imageio.ImageIO;

/// Tiles side by side in one picture, grown so that their pixels can be told apart.
public final class Sheet {
    private static final int GAP = 4;
    private static final int BACKGROUND = 0x808890;
    /// The sides that a tile is grown to, about.
    private static final int SIDE = 64;

    private Sheet() {}

    /// A PNG file, the tiles in rows of `columns`. They are of one size.
    public static byte[] png(List<Tile> tiles, int columns) {
        var first = tiles.getFirst();
        int grown = Math.max(1, SIDE / Math.max(first.height(), first.width()));
        int across = first.width() * grown + GAP;
        int down = first.height() * grown + GAP;
        int wide = Math.min(columns, tiles.size());
        int rows = Math.ceilDiv(tiles.size(), wide);
        var image = new BufferedImage(wide * across + GAP, rows * down + GAP, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                image.setRGB(x, y, BACKGROUND);
            }
        }
        for (int t = 0; t < tiles.size(); t++) {
            var tile = tiles.get(t);
            int left = GAP + t % wide * across;
            int top = GAP + t / wide * down;
            for (int y = 0; y < tile.height() * grown; y++) {
                for (int x = 0; x < tile.width() * grown; x++) {
                    int pixel = y / grown * tile.width() + x / grown;
                    image.setRGB(left + x, top + y, tile.colours()[pixel]);
                }
            }
        }
        var out = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, "png", out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }
}
