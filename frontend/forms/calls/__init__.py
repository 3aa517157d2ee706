"""Forms of calls and questionnaires."""
