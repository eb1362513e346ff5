"""Photos of people: who sees them, how they come in and go, and sheets of faces."""
