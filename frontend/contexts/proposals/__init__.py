"""Pages of proposals: the list, the task list of a draft, one proposal with its stage and what became of it."""
