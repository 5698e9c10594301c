package dev.lanewise.compiler.elaborate;

import dev.lanewise.compiler.elaborate.Meaning.Items;
import dev.lanewise.compiler.elaborate.Meaning.Tensor;
import dev.lanewise.compiler.elaborate.Meaning.Text;
import dev.lanewise.compiler.graph.Arithmetic;
import dev.lanewise.compiler.graph.Prim;
import dev.lanewise.compiler.graph.Shape;
import dev.lanewise.compiler.graph.Type;
import dev.lanewise.compiler.graph.Value;
import dev.lanewise.dsl.diagnostic.Note;
import dev.lanewise.dsl.source.Span;
import dev.lanewise.dsl.syntax.Declaration;
import dev.lanewise.dsl.syntax.Expression.Binary;
import dev.lanewise.dsl.syntax.Expression.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// Views of values and contractions: what changes shapes.
final class Structure {
    private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz";

    private Structure() {}

    static Meaning view(BuiltinCall call) {
        var value = call.value("x");
        return switch (call.name()) {
            case "reshape" -> reshape(call, value);
            case "transpose" -> transpose(call, value);
            case "slice" -> slice(call, value);
            case "pad" -> pad(call, value);
            case "windows" -> windows(call, value);
            case "fold" -> fold(call, value);
            default -> throw new AssertionError(call.name());
        };
    }

    private static Meaning reshape(BuiltinCall call, Value value) {
        var sizes = new ArrayList<Integer>();
        call.elaboration().evaluator.sizes(call.meaning("to"), call.span("to"), call.scope(), "an extent", sizes);
        var shape = new Shape(sizes);
        Operators.tooLarge(shape, call.scope(), call.span());
        if (shape.size() != call.shape(value).size()) {
            throw call.error(
                    ElaborationCode.SHAPE_MISMATCH,
                    "a value cannot be reshaped to another number of elements",
                    Note.found(call.shape(value) + ", " + call.shape(value).size() + " elements"),
                    Note.expected(shape + ", " + shape.size() + " elements"));
        }
        return new Tensor(call.arithmetic().reshape(value, shape), 0);
    }

    private static Meaning transpose(BuiltinCall call, Value value) {
        int rank = call.shape(value).rank();
        var order = new ArrayList<Integer>();
        if (call.has("order")) {
            if (call.meaning("order") instanceof Items(var elements)) {
                elements.forEach(e -> order.add(call.axis(e, call.span("order"), rank)));
            }
        } else if (rank == 2) {
            order.addAll(List.of(1, 0));
        }
        if (order.size() != rank || order.stream().distinct().count() != rank) {
            throw call.error(
                    ElaborationCode.SHAPE_MISMATCH,
                    "`transpose` needs an order of all axes",
                    Note.found("a value of shape " + call.shape(value)),
                    Note.expected("each axis once, such as "
                            + IntStream.range(0, rank).boxed().toList()));
        }
        return new Tensor(call.arithmetic().transpose(value, order), 0);
    }

    private static Meaning slice(BuiltinCall call, Value value) {
        int axis = call.axis("axis", value);
        int extent = call.shape(value).extent(axis);
        int from = call.whole("from", 0, 0);
        int to = call.whole("to", 0, extent);
        if (from >= to || to > extent) {
            throw call.error(
                    ElaborationCode.AXIS_RANGE,
                    "there are no elements from " + from + " to " + to + " along axis " + axis,
                    Note.found("a value of shape " + call.shape(value)),
                    Note.expected("0 <= from < to <= " + extent));
        }
        if (from == 0 && to == extent) {
            return new Tensor(value, 0);
        }
        return add(call, new Prim.Slice(axis, from, to, 1), value);
    }

    private static Meaning pad(BuiltinCall call, Value value) {
        if (call.has("amount")) {
            int rank = call.shape(value).rank();
            int first = rank == 1 ? 0 : 1;
            var amounts = call.wholes("amount", Math.max(rank - first, 0), 0, 0);
            var padded = value;
            for (int axis = first; axis < rank; axis++) {
                int zeros = amounts.get(axis - first);
                if (zeros > 0) {
                    padded = call.tensor(call.scope()
                                    .builder()
                                    .add(
                                            new Prim.Pad(axis, zeros, zeros, 0),
                                            call.arithmetic().origin(),
                                            padded))
                            .value();
                }
            }
            return new Tensor(padded, 0);
        }
        int axis = call.axis("axis", value);
        int before = call.whole("before", 0, 0);
        int after = call.whole("after", 0, 0);
        return add(call, new Prim.Pad(axis, before, after, 0), value);
    }

    private static Meaning windows(BuiltinCall call, Value value) {
        int space = space(call, value, 0);
        var kernel = call.wholes("kernel", space, 1, 1);
        var stride = call.wholes("stride", space, 1, 1);
        var dilation = call.wholes("dilation", space, 1, 1);
        var word = call.has("pad") ? padding(call) : "valid";
        var zeros = word.isEmpty() ? call.wholes("pad", space, 0, 0) : List.<Integer>of();
        var arithmetic = call.arithmetic();
        // All zeros first, so that the image with its border lies in memory and not its windows.
        var current = value;
        for (int i = space - 1; i >= 0; i--) {
            int axis = i + 1;
            int extent = call.shape(value).extent(axis);
            int reach = (kernel.get(i) - 1) * dilation.get(i);
            int before = 0;
            int after = 0;
            if (word.equals("same")) {
                int out = (extent + stride.get(i) - 1) / stride.get(i);
                int total = Math.max((out - 1) * stride.get(i) + reach + 1 - extent, 0);
                before = total / 2;
                after = total - before;
            } else if (word.isEmpty()) {
                before = zeros.get(i);
                after = before;
            }
            if (extent + before + after <= reach) {
                throw call.error(
                        ElaborationCode.SHAPE_MISMATCH,
                        "the window is larger than the image",
                        Note.found("a window of " + (reach + 1) + " along axis " + axis + " of " + call.shape(value)),
                        Note.help(call.has("pad") ? "a smaller kernel, or `pad: same`" : "a smaller kernel"));
            }
            if (before + after > 0) {
                current = arithmetic.builder().add(new Prim.Pad(axis, before, after, 0), arithmetic.origin(), current);
            }
        }
        for (int i = space - 1; i >= 0; i--) {
            var view = new Prim.Windows(i + 1, kernel.get(i), stride.get(i), dilation.get(i));
            current = arithmetic.builder().add(view, arithmetic.origin(), current);
        }
        return call.tensor(arithmetic.transpose(current, order(space, true)));
    }

    private static String padding(BuiltinCall call) {
        var words = List.of("valid", "same");
        var given = call.given("pad");
        if (given.ready() == null) {
            var word = call.word(given.expression(), given.homeOr(call.scope()), words);
            if (!word.isEmpty()) {
                return word;
            }
        }
        return call.meaning("pad") instanceof Meaning.Word(String word, var _) ? word : "";
    }

    private static Meaning fold(BuiltinCall call, Value value) {
        int rank = call.shape(value).rank();
        if (rank < 3 || rank % 2 == 0) {
            throw call.error(
                    ElaborationCode.SHAPE_MISMATCH,
                    "`fold` takes channels, places and windows",
                    Note.found("a value of shape " + call.shape(value)),
                    Note.expected("[channels, y, x, kernel y, kernel x]"));
        }
        int space = (rank - 1) / 2;
        var stride = call.wholes("stride", space, 1, 1);
        var dilation = call.wholes("dilation", space, 1, 1);
        var arithmetic = call.arithmetic();
        var current = arithmetic.transpose(value, order(space, false));
        for (int i = space - 1; i >= 0; i--) {
            int places = call.shape(value).extent(1 + i);
            int kernel = call.shape(value).extent(1 + space + i);
            int extent = (places - 1) * stride.get(i) + (kernel - 1) * dilation.get(i) + 1;
            current = arithmetic
                    .builder()
                    .add(
                            new Prim.Fold(1 + 2 * i, extent, stride.get(i), dilation.get(i)),
                            arithmetic.origin(),
                            current);
        }
        return call.tensor(current);
    }

    /// The axes of space behind the channels.
    private static int space(BuiltinCall call, Value value, int least) {
        int space = call.shape(value).rank() - 1;
        if (space <= least) {
            throw call.error(
                    ElaborationCode.SHAPE_MISMATCH,
                    "`" + call.name() + "` takes an image",
                    Note.found("a value of shape " + call.shape(value)),
                    Note.expected("[channels, height, width]"));
        }
        return space;
    }

    /// Between `[c, y, ky, x, kx]`, as windows are taken axis by axis, and `[c, y, x, ky, kx]`.
    private static List<Integer> order(int space, boolean together) {
        var order = new ArrayList<Integer>();
        order.add(0);
        if (together) {
            IntStream.range(0, space).forEach(i -> order.add(1 + 2 * i));
            IntStream.range(0, space).forEach(i -> order.add(2 + 2 * i));
        } else {
            IntStream.range(0, space).forEach(i -> {
                order.add(1 + i);
                order.add(1 + space + i);
            });
        }
        return order;
    }

    private static Meaning add(BuiltinCall call, Prim prim, Value value) {
        return call.tensor(call.scope().builder().add(prim, call.arithmetic().origin(), value));
    }

    static Meaning concat(Declaration declaration, List<Given> given, Span span, Scope scope, Elaboration elaboration) {
        var call = new BuiltinCall(elaboration, declaration, new HashMap<>(), span, scope);
        var values = new ArrayList<Value>();
        for (var one : given) {
            if (one.isNamed()) {
                if (!one.name().text().equals("axis")) {
                    throw scope.error(
                            ElaborationCode.UNKNOWN_ARGUMENT,
                            one.name().span(),
                            "`concat` has no parameter `" + one.name() + "`",
                            Note.expected("values, and `axis:`"));
                }
                call.given().put("axis", one);
            } else {
                var ready = one.ready();
                var meaning =
                        ready != null ? ready : elaboration.evaluator.evaluate(one.expression(), one.homeOr(scope));
                values.add(Operators.value(meaning, scope, one.span(), "concat"));
            }
        }
        if (values.isEmpty()) {
            throw call.error(ElaborationCode.MISSING_ARGUMENT, "`concat` needs values to put behind each other");
        }
        boolean perExample = values.stream().anyMatch(v -> scope.type(v).perExample());
        var first = call.shape(values.getFirst());
        int axis = call.has("axis")
                ? call.axis("axis", values.getFirst())
                : call.axis(Meaning.of(0.0), span, first.rank());
        for (var value : values) {
            var shape = call.shape(value);
            boolean fits = shape.rank() == first.rank()
                    && IntStream.range(0, first.rank()).allMatch(i -> i == axis || shape.extent(i) == first.extent(i));
            if (!fits) {
                throw call.error(
                        ElaborationCode.SHAPE_MISMATCH,
                        "these values cannot stand behind each other along axis " + axis,
                        Note.found(first + " and " + shape),
                        Note.expected("the same extents along the other axes"));
            }
        }
        var arithmetic = call.arithmetic();
        var all = values.stream()
                .map(v -> arithmetic.broadcast(v, new Type(perExample, call.shape(v))))
                .toArray(Value[]::new);
        if (all.length == 1) {
            return new Tensor(all[0], 0);
        }
        return call.tensor(scope.builder().add(new Prim.Concat(axis), arithmetic.origin(), all));
    }

    // Contractions

    static Meaning contract(BuiltinCall call) {
        if (!(call.meaning("axes") instanceof Text(String spec))) {
            throw bad(call, "the axes are named by a text", "such as \"ij,jk->ik\"");
        }
        var a = call.value("a");
        var b = call.value("b");
        var compact = spec.replace(" ", "");
        int comma = compact.indexOf(',');
        int arrow = compact.indexOf("->");
        if (comma < 0 || arrow < comma) {
            throw bad(call, "`" + spec + "` is no contraction of two values", "such as \"ij,jk->ik\"");
        }
        var left = compact.substring(0, comma);
        var right = compact.substring(comma + 1, arrow);
        var result = compact.substring(arrow + 2);
        var extents = new HashMap<Character, Integer>();
        name(call, left, a, extents);
        name(call, right, b, extents);
        for (char letter : result.toCharArray()) {
            if (!extents.containsKey(letter)) {
                throw bad(call, "axis `" + letter + "` is only in the result", "letters of " + left + " and " + right);
            }
        }
        if (result.chars().distinct().count() != result.length()) {
            throw bad(call, "an axis stands twice in the result `" + result + "`", "each letter once");
        }
        return call.tensor(call.arithmetic().contract(left, a, right, b, result, false));
    }

    private static void name(BuiltinCall call, String letters, Value value, Map<Character, Integer> extents) {
        var shape = call.shape(value);
        if (!letters.chars().allMatch(c -> c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z')) {
            throw bad(call, "`" + letters + "` does not consist of letters", "one letter for each axis");
        }
        if (letters.chars().distinct().count() != letters.length()) {
            throw bad(call, "an axis stands twice in `" + letters + "`", "each letter once in an operand");
        }
        if (letters.length() != shape.rank()) {
            throw bad(
                    call,
                    "`" + letters + "` names " + letters.length() + " axes of a value of shape " + shape,
                    shape.rank() + " letters");
        }
        for (int i = 0; i < letters.length(); i++) {
            Integer before = extents.put(letters.charAt(i), shape.extent(i));
            if (before != null && before != shape.extent(i)) {
                throw call.error(
                        ElaborationCode.SHAPE_MISMATCH,
                        "axis `" + letters.charAt(i) + "` has two extents",
                        Note.found(before + " and " + shape.extent(i)));
            }
        }
    }

    private static Abandoned bad(BuiltinCall call, String message, String expected) {
        return call.error(ElaborationCode.BAD_CONTRACTION, message, Note.expected(expected));
    }

    /// `a @ w`: the last axis of a with the first of w.
    static Meaning matrixProduct(Meaning left, Meaning right, Binary binary, Scope scope) {
        var span = binary.span();
        var a = Operators.value(left, scope, span, "@");
        var w = Operators.value(right, scope, span, "@");
        var first = scope.type(a).shape();
        var second = scope.type(w).shape();
        if (first.rank() == 0 || second.rank() == 0 || first.extent(first.rank() - 1) != second.extent(0)) {
            var help = Note.help("`@` contracts the last axis of its left side with the first of its right side");
            if (first.rank() > 0 && second.rank() == 2) {
                int inner = first.extent(first.rank() - 1);
                var name = binary.right() instanceof Path path ? path.text() : "";
                help = inner == second.extent(1)
                        ? Note.help("transpose(" + (name.isEmpty() ? "..." : name) + ") would fit, a matrix of shape ["
                                + inner + ", " + second.extent(0) + "]")
                        : Note.help((name.isEmpty() ? "the right side as" : "declare " + name + " as") + " float["
                                + inner + ", " + second.extent(1) + "]");
            }
            throw scope.error(
                    ElaborationCode.SHAPE_MISMATCH,
                    span,
                    Mismatch.shown(binary, "this product") + " cannot be formed",
                    Note.found("float" + first + " @ float" + second),
                    help);
        }
        var letters = LETTERS.substring(0, first.rank() + second.rank() - 1);
        var l = letters.substring(0, first.rank());
        var r = letters.substring(first.rank() - 1);
        var result = letters.substring(0, first.rank() - 1) + letters.substring(first.rank());
        var arithmetic = new Arithmetic(scope.builder(), scope.origin(span));
        var value = arithmetic.contract(l, a, r, w, result, false);
        Operators.tooLarge(scope.type(value).shape(), scope, span);
        return new Tensor(value, 0);
    }
}
