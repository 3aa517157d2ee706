"""Forms of the figures: filters, targets and notes, saved views, the annual report."""
