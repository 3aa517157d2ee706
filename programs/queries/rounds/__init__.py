"""Reads for allocation rounds: the problem to solve, a round with its lines, and who may see them while sealed."""
