"""How things move here, a module for each: states, moves and who may do them."""
