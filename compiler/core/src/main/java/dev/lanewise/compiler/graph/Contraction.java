package dev.lanewise.compiler.graph;

/// A sum of products over named axes, `un,n->u`: a letter is an axis of one example (or of a batch-wide value).
///
/// `summed` lists the letters that are summed, in the order in which the products are added up: each product is one
/// fma onto the sum so far, which starts at 0, the last letter running fastest. The batch is never named: the result
/// is per example when an operand is, unless `examples` is set, which sums over the examples as well and needs both
/// operands per example. That order is: groups of 32 examples, then the summed letters, then the 32 examples of a
/// group.
public record Contraction(String left, String right, String result, String summed, boolean examples) {

    /// Every axis of the operands is in the result or summed; letters of one operand alone that are not in the
    /// result must have been summed before.
    public Contraction {
        for (char c : (left + right).toCharArray()) {
            if (result.indexOf(c) < 0 && summed.indexOf(c) < 0) {
                throw new IllegalArgumentException("axis " + c + " is neither kept nor summed");
            }
        }
    }

    @Override
    public String toString() {
        return left + "," + right + "->" + result + (examples ? " over examples" : "");
    }
}
