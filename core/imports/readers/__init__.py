"""Readers of every source: `detect` tells what one is, `read` gives its records in the neutral form."""

from core.imports.readers.reading import detect, read

__all__ = ["detect", "read"]
