"""The pages. What several of them need is in `parts`."""
