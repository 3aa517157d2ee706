"""Reports on paper, typeset from their answers."""
