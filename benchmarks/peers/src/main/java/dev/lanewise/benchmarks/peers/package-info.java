/// The same networks, trained and asked by Lanewise and by the libraries that a Java program would otherwise take,
/// in the same minutes on the same machine.
///
/// [Compare] is the program to run: for a workload it starts a JVM for each contender, lets each learn until it is
/// warm, and then times short blocks in turn, so that a noisy moment of the machine hits all alike.
@NullMarked
package dev.lanewise.benchmarks.peers;

import org.jspecify.annotations.NullMarked;
