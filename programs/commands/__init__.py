"""Everything that writes here: joint programmes, calls, proposals, reviews, allocation, and what comes after."""
