"""Bringing schools to the version of the code: one, or three thousand."""
