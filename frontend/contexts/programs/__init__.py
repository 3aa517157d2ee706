"""Joint programmes as pages show them: lists, one programme, its drafting, the answers and decisions on it."""
