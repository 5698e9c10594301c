/// What a command works on: the network that a user names, with the options, the data and the steps of it.
/// Start reading at `Models`.
@NullMarked
package dev.lanewise.cli.network;

import org.jspecify.annotations.NullMarked;
