"""Reads for people: joint programmes, calls, proposals, reviews, and what came of them; each from what they may see."""
