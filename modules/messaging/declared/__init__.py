"""The manifest's parts, one file each."""
