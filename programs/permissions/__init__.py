"""Who a person is to a thing, and which things they may see, a module for each."""
