package dev.lanewise.compiler.emit.code;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Modifier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.objectweb.asm.Opcodes;

class VectorApiTest {

    @ParameterizedTest
    @EnumSource
    void everyMethodStandsInTheJdk(VectorApi method) throws ReflectiveOperationException {
        var owner = Class.forName(method.owner().replace('/', '.'));
        var type = MethodType.fromMethodDescriptorString(
                method.descriptor(), getClass().getClassLoader());
        var found = method.opcode() == Opcodes.INVOKESTATIC
                ? MethodHandles.publicLookup().findStatic(owner, method.method(), type)
                : MethodHandles.publicLookup().findVirtual(owner, method.method(), type);
        assertEquals(type.returnType(), found.type().returnType());
    }

    @ParameterizedTest
    @EnumSource
    void everyConstantStandsInTheJdkAndIsFinal(VectorConstant constant) throws ReflectiveOperationException {
        var field = Class.forName(constant.owner().replace('/', '.')).getField(constant.field());
        assertEquals(constant.descriptor(), field.getType().descriptorString());
        assertEquals(true, Modifier.isFinal(field.getModifiers()) && Modifier.isStatic(field.getModifiers()));
    }
}
