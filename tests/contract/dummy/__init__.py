"""A small canteen that exercises every extension point of the contract. Installed for the tests alone."""
