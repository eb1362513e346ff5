"""Entry of every program of `scripts/`: `python scripts/support PROGRAM [ARGUMENT …]`."""

import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parents[2])

from scripts.support.cli import main  # noqa: E402 -- the path must be set first

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
