package dev.lanewise.runtime.simd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class SimdTest {

    @Test
    void withoutTheModuleCodeIsScalar() {
        assertEquals(0, Simd.width("512", false));
        assertEquals(0, Simd.width("", false));
    }

    @Test
    void thePropertyOverrulesTheMachine() {
        assertEquals(256, Simd.width("256", true));
        assertEquals(0, Simd.width("scalar", true));
        assertTrue(assertThrows(IllegalArgumentException.class, () -> Simd.width("1024", true))
                .getMessage()
                .contains("1024"));
    }

    @Test
    void theWidestKernelsThatFitAreTaken() {
        assertEquals(512, Simd.preferred(512));
        assertEquals(256, Simd.preferred(256));
        assertEquals(128, Simd.preferred(128));
        assertEquals(0, Simd.preferred(64));
    }
}
