"""Pure checks that list every violation at once, a module for each thing that is checked."""
