"""The pages of imports: what was sent and what it changes, doubtful pairs, profiles that are one human."""
