"""Pages of the messagerie."""
