package dev.lockstep.plan

import dev.lockstep.plan.SummingTree.Node

/** Sums in the tree's order by plain recursion: what the engine's own order is compared with. */
object TreeOrder {

  /** @param known
    *   whether `value` is asked for a node, rather than its two halves added; true for leaves
    * @param value
    *   a node's sum, or null where none of its shards has a sample in the batch
    * @return
    *   the node's sum, or null where nothing has one
    */
  def sum[T >: Null](node: Node, known: Node => Boolean, value: Node => T)(add: (T, T) => T): T =
    if (known(node)) value(node)
    else {
      val left = sum(node.left, known, value)(add)
      val right = sum(node.right, known, value)(add)
      if (left == null) right else if (right == null) left else add(left, right)
    }
}
