"""What writes in the reports: roll-ups and snapshots."""
