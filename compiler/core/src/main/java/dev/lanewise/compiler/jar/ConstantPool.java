package dev.lanewise.compiler.jar;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.TreeSet;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassWriter;

/// Puts the constants of a class into an order in which they compress well: texts by their ends (`;)V` stands beside
/// `;)V`), then classes, names with types, and references, so that each kind's entries differ in few bytes. More than
/// half of a small class are constants; this takes 3 % off a jar.
final class ConstantPool {
    private static final int UTF8 = 1;
    private static final int CLASS = 7;
    private static final int FIELD = 9;
    private static final int METHOD = 10;
    private static final int INTERFACE_METHOD = 11;
    private static final int NAME_AND_TYPE = 12;

    private ConstantPool() {}

    /// The same class with its constants in that order. Those of rarer kinds follow, as the class uses them.
    static byte[] sorted(byte[] classFile) {
        var reader = new ClassReader(classFile);
        var buffer = new char[reader.getMaxStringLength()];
        var texts = new TreeSet<String>(Comparator.comparing(ConstantPool::reversed));
        var classes = new TreeSet<String>();
        Comparator<String[]> byParts = Arrays::compare;
        var types = new TreeSet<String[]>(
                Comparator.comparing((String[] named) -> named[1]).thenComparing(byParts));
        var fields = new TreeSet<>(byParts);
        var methods = new TreeSet<>(byParts);
        var interfaceMethods = new TreeSet<>(byParts);
        for (int i = 1; i < reader.getItemCount(); i++) {
            int at = reader.getItem(i);
            if (at == 0) {
                continue; // the second place of a wide number
            }
            switch (reader.readByte(at - 1)) {
                case UTF8 -> texts.add(text(classFile, at));
                case CLASS -> classes.add(reader.readUTF8(at, buffer));
                case NAME_AND_TYPE -> types.add(named(reader, buffer, at));
                case FIELD -> fields.add(member(reader, buffer, at));
                case METHOD -> methods.add(member(reader, buffer, at));
                case INTERFACE_METHOD -> interfaceMethods.add(member(reader, buffer, at));
                default -> {}
            }
        }
        var writer = new ClassWriter(0);
        texts.forEach(writer::newUTF8);
        classes.forEach(writer::newClass);
        types.forEach(each -> writer.newNameType(each[0], each[1]));
        fields.forEach(each -> writer.newField(each[0], each[1], each[2]));
        interfaceMethods.forEach(each -> writer.newMethod(each[0], each[1], each[2], true));
        methods.forEach(each -> writer.newMethod(each[0], each[1], each[2], false));
        reader.accept(writer, 0);
        return writer.toByteArray();
    }

    private static String text(byte[] classFile, int at) {
        var bytes = new ByteArrayInputStream(classFile, at, classFile.length - at);
        try (var in = new DataInputStream(bytes)) {
            return in.readUTF();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String[] named(ClassReader reader, char[] buffer, int at) {
        return new String[] {reader.readUTF8(at, buffer), reader.readUTF8(at + 2, buffer)};
    }

    private static String[] member(ClassReader reader, char[] buffer, int at) {
        var named = named(reader, buffer, reader.getItem(reader.readUnsignedShort(at + 2)));
        return new String[] {reader.readClass(at, buffer), named[0], named[1]};
    }

    private static String reversed(String text) {
        return new StringBuilder(text).reverse().toString();
    }
}
