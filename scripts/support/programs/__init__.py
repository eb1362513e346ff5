"""The programs of `scripts/`, one file each."""
