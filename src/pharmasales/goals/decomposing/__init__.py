"""Decomposing (目标分解): one number into everybody's number, exact at every node, bucket and product."""
