package dev.lanewise.dsl.javafn;

import dev.lanewise.dsl.syntax.Declaration;
import dev.lanewise.dsl.syntax.Expression;
import dev.lanewise.dsl.syntax.Expression.UnaryOperator;
import dev.lanewise.dsl.syntax.Statement;
import java.util.HashMap;
import java.util.Map;

/// Computes functions as they are declared; conditions are 1 and 0.
final class Evaluation {
    private final Map<String, Declaration> declared;

    Evaluation(Map<String, Declaration> declared) {
        this.declared = declared;
    }

    double call(String name, double... arguments) {
        var function = declared.get(name);
        if (function == null) {
            return builtin(name, arguments);
        }
        var variables = new HashMap<String, Double>();
        variables.put("pi", Math.PI);
        variables.put("true", 1.0);
        variables.put("false", 0.0);
        for (int i = 0; i < arguments.length; i++) {
            variables.put(function.parameters().get(i).name().text(), arguments[i]);
        }
        return switch (function.definition()) {
            case Declaration.Formula(var value, var _) -> value(value, variables);
            case Declaration.Builtin _ -> throw new AssertionError(name);
            case Declaration.Body body -> {
                double result = Double.NaN;
                for (var statement : body.statements()) {
                    switch (statement) {
                        case Statement.Binding(var bound, var value, var _) ->
                            variables.put(bound.text(), value(value, variables));
                        case Statement.Return(var value, var _) -> result = value(value, variables);
                        default -> throw new AssertionError(statement);
                    }
                }
                yield result;
            }
        };
    }

    private static double builtin(String name, double[] in) {
        return switch (name) {
            case "where" -> in[0] != 0 ? in[1] : in[2];
            case "abs" -> Math.abs(in[0]);
            case "sqrt" -> Math.sqrt(in[0]);
            case "exp" -> Math.exp(in[0]);
            case "log" -> Math.log(in[0]);
            case "log1p" -> Math.log1p(in[0]);
            case "expm1" -> Math.expm1(in[0]);
            case "sin" -> Math.sin(in[0]);
            case "cos" -> Math.cos(in[0]);
            case "tan" -> Math.tan(in[0]);
            case "tanh" -> Math.tanh(in[0]);
            case "sign" -> Math.signum(in[0]);
            case "floor" -> Math.floor(in[0]);
            case "max" -> Math.max(in[0], in[1]);
            case "min" -> Math.min(in[0], in[1]);
            default -> throw new AssertionError(name);
        };
    }

    private double value(Expression expression, Map<String, Double> variables) {
        return switch (expression) {
            case Expression.Number number -> number.value();
            case Expression.Path path -> variables.get(path.text());
            case Expression.Group group -> value(group.inner(), variables);
            case Expression.Unary unary -> {
                double x = value(unary.operand(), variables);
                yield unary.operator() == UnaryOperator.NEGATE ? -x : 1 - x;
            }
            case Expression.Call call ->
                call(
                        call.callee().text(),
                        call.arguments().stream()
                                .mapToDouble(argument -> value(argument.value(), variables))
                                .toArray());
            case Expression.Binary binary ->
                binary(binary, value(binary.left(), variables), value(binary.right(), variables));
            default -> throw new AssertionError(expression);
        };
    }

    private static double binary(Expression.Binary binary, double a, double b) {
        return switch (binary.operator()) {
            case ADD -> a + b;
            case SUBTRACT -> a - b;
            case MULTIPLY -> a * b;
            case DIVIDE -> a / b;
            case POWER -> Math.pow(a, b);
            case AND -> a * b;
            case OR -> Math.max(a, b);
            case EQUAL -> a == b ? 1 : 0;
            case NOT_EQUAL -> a != b ? 1 : 0;
            case LESS -> a < b ? 1 : 0;
            case LESS_OR_EQUAL -> a <= b ? 1 : 0;
            case GREATER -> a > b ? 1 : 0;
            case GREATER_OR_EQUAL -> a >= b ? 1 : 0;
            case MATRIX_PRODUCT -> throw new AssertionError(binary);
        };
    }
}
