"""How the things of an alliance move: moves as data, one module per matter."""
