package dev.lanewise.runtime.data;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// How a camera was held: a JPEG holds the picture as the sensor saw it, and says in its Exif part how to turn it
/// (Exif 2.32, tag 0x0112; numbers as there). A file that says nothing, or nothing sensible, is upright.
enum Orientation {
    UPRIGHT(false, false, false),
    MIRRORED(false, true, false),
    HALF_TURN(false, true, true),
    FLIPPED(false, false, true),
    TRANSPOSED(true, false, false),
    QUARTER_TURN(true, true, false),
    TRANSVERSED(true, true, true),
    THREE_QUARTER_TURN(true, false, true);

    private static final int START_OF_IMAGE = 0xffd8;
    private static final int APP1 = 0xffe1;
    private static final int START_OF_SCAN = 0xffda;
    private static final long EXIF = 0x457869660000L;
    private static final int TAG = 0x0112;
    private static final int ENTRY_BYTES = 12;

    /// Whether rows of the file are columns of the picture.
    final boolean swaps;

    private final boolean fromRight;
    private final boolean fromBelow;

    Orientation(boolean swaps, boolean fromRight, boolean fromBelow) {
        this.swaps = swaps;
        this.fromRight = fromRight;
        this.fromBelow = fromBelow;
    }

    /// What the file at the start of the stream says; pictures other than JPEG are upright.
    static Orientation of(InputStream file) throws IOException {
        var in = new DataInputStream(file);
        if (in.read() << 8 != (START_OF_IMAGE & 0xff00) || in.read() != (START_OF_IMAGE & 0xff)) {
            return UPRIGHT;
        }
        while (true) {
            int high = in.read();
            int low = in.read();
            int marker = high << 8 | low;
            if (high != 0xff || marker == START_OF_SCAN) {
                return UPRIGHT;
            }
            int first = in.read();
            int second = in.read();
            int length = (first << 8 | second) - 2;
            if (first < 0 || second < 0 || length < 0) {
                return UPRIGHT;
            }
            byte[] segment = in.readNBytes(length);
            if (marker == APP1 && isExif(segment)) {
                return ofExif(ByteBuffer.wrap(segment, 6, length - 6).slice());
            }
        }
    }

    private static boolean isExif(byte[] segment) {
        return segment.length > 8 && ByteBuffer.wrap(segment).getLong() >>> 16 == EXIF;
    }

    /// `tiff` begins with the order of its bytes; the place of the first directory stands at 4.
    private static Orientation ofExif(ByteBuffer tiff) {
        if (tiff.limit() < 8) {
            return UPRIGHT;
        }
        tiff.order(tiff.get(0) == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        long directory = tiff.getInt(4) & 0xffff_ffffL;
        if (directory + 2 > tiff.limit()) {
            return UPRIGHT;
        }
        int entries = tiff.getShort((int) directory) & 0xffff;
        for (int i = 0; i < entries; i++) {
            long entry = directory + 2 + (long) i * ENTRY_BYTES;
            if (entry + ENTRY_BYTES > tiff.limit()) {
                return UPRIGHT;
            }
            if ((tiff.getShort((int) entry) & 0xffff) == TAG) {
                int number = tiff.getShort((int) entry + 8) & 0xffff;
                return number >= 1 && number <= values().length ? values()[number - 1] : UPRIGHT;
            }
        }
        return UPRIGHT;
    }

    /// The plane of a file, of so many rows and columns, as it is to be seen.
    float[] turned(float[] plane, int rows, int columns) {
        if (this == UPRIGHT) {
            return plane;
        }
        int height = swaps ? columns : rows;
        int width = swaps ? rows : columns;
        float[] turned = new float[plane.length];
        for (int y = 0; y < height; y++) {
            int down = fromBelow ? height - 1 - y : y;
            for (int x = 0; x < width; x++) {
                int right = fromRight ? width - 1 - x : x;
                turned[y * width + x] = plane[swaps ? right * columns + down : down * columns + right];
            }
        }
        return turned;
    }
}
