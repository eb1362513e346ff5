"""What the programs of `scripts/` share. Only the standard library until the virtual environment exists."""
