"""What pages ask for: forms parse and check single fields; the rules of the domain are checked by commands."""
