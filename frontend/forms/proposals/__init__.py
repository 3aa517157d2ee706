"""Forms of proposals: the pages of the task list, a leg, the questionnaire."""
