"""Letters with codes: who gets which, and how they look."""
