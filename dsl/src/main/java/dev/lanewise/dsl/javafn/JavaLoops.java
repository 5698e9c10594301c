package dev.lanewise.dsl.javafn;

import com.github.javaparser.ast.NodeList;
import com.github.javaparser.ast.expr.BooleanLiteralExpr;
import com.github.javaparser.ast.expr.Expression;
import com.github.javaparser.ast.stmt.BlockStmt;
import com.github.javaparser.ast.stmt.DoStmt;
import com.github.javaparser.ast.stmt.ExpressionStmt;
import com.github.javaparser.ast.stmt.ForStmt;
import com.github.javaparser.ast.stmt.Statement;
import com.github.javaparser.ast.stmt.WhileStmt;
import java.util.ArrayList;
import java.util.List;

/// Every loop as a `while`, with copies of its parts that keep their places in the file.
final class JavaLoops {

    private JavaLoops() {}

    static List<Statement> of(ForStmt loop) {
        var statements = new ArrayList<Statement>();
        loop.getInitialization().forEach(first -> statements.add(statement(first)));
        var round = new NodeList<Statement>();
        round.add(loop.getBody().clone());
        loop.getUpdate().forEach(update -> round.add(statement(update)));
        var condition = loop.getCompare().map(Expression::clone).orElseGet(() -> new BooleanLiteralExpr(true));
        statements.add(placed(new WhileStmt(condition, placed(new BlockStmt(round), loop)), loop));
        return statements;
    }

    static List<Statement> of(DoStmt loop) {
        var again = new WhileStmt(loop.getCondition().clone(), loop.getBody().clone());
        return List.of(loop.getBody(), placed(again, loop));
    }

    private static Statement statement(Expression expression) {
        return placed(new ExpressionStmt(expression.clone()), expression);
    }

    private static <T extends Statement> T placed(T statement, com.github.javaparser.ast.Node place) {
        place.getRange().ifPresent(statement::setRange);
        return statement;
    }
}
