package dev.lanewise.compiler.schedule;

import dev.lanewise.compiler.graph.CompilerBug;
import dev.lanewise.compiler.loops.Index;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Which rows of a contraction are computed side by side, so that what is loaded for one serves them all: for each
/// axis, how many neighbours. The sums stay in registers, so there are not many.
record Unrolling(Map<Character, Integer> neighbours) {
    /// So many fit into the registers.
    static final int MOST = 12;

    Unrolling {
        neighbours = Map.copyOf(neighbours);
    }

    /// The most neighbours, at most so many, of one or two of the axes `letters` whose extents they divide; of
    /// several ways the one with most along the last axes, where neighbours lie side by side in memory.
    static Unrolling of(String letters, Map<Character, Integer> extents, int atMost) {
        var best = Map.<Character, Integer>of();
        int most = 1;
        for (int i = 0; i < letters.length(); i++) {
            for (int j = i; j < letters.length(); j++) {
                char first = letters.charAt(i);
                char second = letters.charAt(j);
                for (int a = atMost; a >= 1; a--) {
                    int b = i == j ? 1 : divisor(CompilerBug.expect(extents, second), atMost / a);
                    if (CompilerBug.expect(extents, first) % a == 0 && a * b >= most) {
                        most = a * b;
                        best = i == j ? Map.of(first, a) : Map.of(first, a, second, b);
                    }
                }
            }
        }
        return new Unrolling(best);
    }

    private static int divisor(int number, int most) {
        int divisor = most;
        while (number % divisor != 0) {
            divisor--;
        }
        return divisor;
    }

    int of(char letter) {
        return neighbours.getOrDefault(letter, 1);
    }

    /// The coordinates of all neighbours, those in `at` being the numbers of blocks.
    List<Map<Character, Index>> places(Map<Character, Index> at) {
        var first = new HashMap<>(at);
        neighbours.forEach((letter, count) -> first.computeIfPresent(letter, (_, block) -> Affine.times(block, count)));
        var places = new ArrayList<Map<Character, Index>>(List.of(first));
        neighbours.keySet().stream().sorted().forEach(letter -> {
            for (var place : List.copyOf(places)) {
                for (int i = 1; i < of(letter); i++) {
                    var next = new HashMap<>(place);
                    int distance = i;
                    next.computeIfPresent(letter, (_, index) -> Affine.plus(index, distance));
                    places.add(next);
                }
            }
        });
        return places;
    }
}
