"""The annual report of the alliance or of a facility: which figures it has, what it is made of, how it is set."""
