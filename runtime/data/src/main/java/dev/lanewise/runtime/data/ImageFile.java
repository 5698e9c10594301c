package dev.lanewise.runtime.data;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.FileImageInputStream;

/// A picture in a file: PNG, JPEG, BMP or GIF (of which the first frame). Its size is looked at before it is decoded,
/// so that a header that promises too much costs nothing.
final class ImageFile {

    /// The most pixels that are decoded; a photograph has some 50 million.
    private static final long MOST_PIXELS = 100_000_000;

    /// While it is decoded and resized a pixel takes this many bytes.
    private static final int BYTES_OF_PIXEL = 16;

    private static final List<String> SUFFIXES = List.of(".png", ".jpg", ".jpeg", ".bmp", ".gif");

    private ImageFile() {}

    /// Whether the name is that of a picture.
    static boolean isImage(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return SUFFIXES.stream().anyMatch(lower::endsWith);
    }

    /// Channels (1 for grey, 3 for colours), height and width.
    static List<Integer> shape(Path file) {
        return read(file, (reader, orientation) -> {
            var type = reader.getRawImageType(0);
            boolean isGrey = type != null && isGrey(type.getColorModel().getColorSpace());
            int rows = reader.getHeight(0);
            int columns = reader.getWidth(0);
            return List.of(isGrey ? 1 : 3, orientation.swaps ? columns : rows, orientation.swaps ? rows : columns);
        });
    }

    /// What was decoded, and how it is to be turned.
    private record Decoded(BufferedImage image, Orientation orientation) {}

    /// The picture's numbers from 0 to 255, channel after channel, row after row. Sides are scaled each by its own
    /// factor, after the picture was turned as its file asks. Grey is 0.299 red, 0.587 green and 0.114 blue (ITU-R
    /// BT.601); what is transparent shows white.
    static byte[] pixels(Path file, int channels, int height, int width) {
        var decoded = read(file, (reader, orientation) -> new Decoded(reader.read(0), orientation));
        var image = decoded.image();
        var orientation = decoded.orientation();
        int rows = orientation.swaps ? image.getWidth() : image.getHeight();
        int columns = orientation.swaps ? image.getHeight() : image.getWidth();
        float[][] planes = isGrey(image.getColorModel().getColorSpace()) ? grey(image) : colours(image);
        if (channels == 1 && planes.length == 3) {
            planes = new float[][] {luma(planes)};
        }
        byte[] pixels = new byte[Math.multiplyExact(channels, Math.multiplyExact(height, width))];
        for (int c = 0; c < channels; c++) {
            float[] plane = orientation.turned(planes[c % planes.length], image.getHeight(), image.getWidth());
            float[] resized = Resizing.of(plane, rows, columns, height, width);
            for (int i = 0; i < resized.length; i++) {
                pixels[c * resized.length + i] = (byte) Math.clamp(Math.round(resized[i]), 0, 255);
            }
        }
        return pixels;
    }

    private static boolean isGrey(ColorSpace space) {
        return space.getType() == ColorSpace.TYPE_GRAY;
    }

    /// The numbers as they are in the file: by way of RGB they would be taken for linear light.
    private static float[][] grey(BufferedImage image) {
        var raster = image.getRaster();
        int width = image.getWidth();
        int size = width * image.getHeight();
        float[] plane = raster.getSamples(0, 0, width, image.getHeight(), 0, new float[size]);
        float[] alpha = raster.getNumBands() > 1
                ? raster.getSamples(0, 0, width, image.getHeight(), 1, new float[size])
                : new float[0];
        float most = (1L << raster.getSampleModel().getSampleSize(0)) - 1;
        for (int i = 0; i < size; i++) {
            float level = plane[i] / most;
            plane[i] = 255 * (alpha.length == 0 ? level : 1 + alpha[i] / most * (level - 1));
        }
        return new float[][] {plane};
    }

    private static float[][] colours(BufferedImage image) {
        int width = image.getWidth();
        int height = image.getHeight();
        var planes = new float[3][width * height];
        int[] row = new int[width];
        for (int y = 0; y < height; y++) {
            image.getRGB(0, y, width, 1, row, 0, width);
            for (int x = 0; x < width; x++) {
                float alpha = (row[x] >>> 24) / 255f;
                for (int c = 0; c < 3; c++) {
                    int level = row[x] >>> 16 - 8 * c & 0xff;
                    planes[c][y * width + x] = 255 + alpha * (level - 255);
                }
            }
        }
        return planes;
    }

    private static float[] luma(float[][] planes) {
        float[] grey = new float[planes[0].length];
        for (int i = 0; i < grey.length; i++) {
            grey[i] = 0.299f * planes[0][i] + 0.587f * planes[1][i] + 0.114f * planes[2][i];
        }
        return grey;
    }

    /// What is asked of an opened picture.
    private interface Question<T> {
        T ask(ImageReader reader, Orientation orientation) throws IOException;
    }

    private static <T> T read(Path file, Question<T> question) {
        if (!Files.isRegularFile(file)) {
            throw new DataException(file + (Files.exists(file) ? ": is not a file" : ": no such file"));
        }
        try (var bytes = new BufferedInputStream(Files.newInputStream(file));
                var in = new FileImageInputStream(file.toFile())) {
            var orientation = Orientation.of(bytes);
            var readers = ImageIO.getImageReaders(in);
            if (!readers.hasNext()) {
                throw new DataException(file + ": not a picture: expected PNG, JPEG, BMP or GIF");
            }
            var reader = readers.next();
            try {
                reader.setInput(in, true, true);
                requireSize(file, reader.getWidth(0), reader.getHeight(0));
                return question.ask(reader, orientation);
            } finally {
                reader.dispose();
            }
        } catch (DataException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            // Decoders of damaged files end in negative sizes, places outside of arrays and what not.
            throw new DataException(file + ": the picture cannot be read: " + reason(e));
        }
    }

    private static String reason(Exception e) {
        String message = e.getMessage();
        var cause = e.getCause();
        String of = cause == null ? null : cause.getMessage();
        return of != null ? of : message != null ? message : "it is damaged";
    }

    private static void requireSize(Path file, int width, int height) {
        if (width < 1 || height < 1) {
            throw new DataException(file + ": a picture of " + width + " x " + height + " pixels");
        }
        long pixels = (long) width * height;
        if (pixels > MOST_PIXELS) {
            throw new DataException(
                    "%s: a picture of %,d x %,d pixels; at most %,d are read"
                            .formatted(file, width, height, MOST_PIXELS),
                    "make it smaller");
        }
        Memory.require(file.toString(), pixels * BYTES_OF_PIXEL);
    }
}
