"""Pages of activation: where one is, letters, codes handed over."""
