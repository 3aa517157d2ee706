"""Who a person is to the things of an alliance, and which of them they may see; one module per matter."""
