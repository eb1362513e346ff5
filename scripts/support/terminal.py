"""What is said to the operator, in French, on the error stream: the output stays the programs' own."""

import sys


class Stop(Exception):
    """Ends the program with a sentence that says what to do."""

    def __init__(self, message: str, code: int = 1) -> None:
        super().__init__(message)
        self.code = code


def say(message: str) -> None:
    """One line to the operator, at once."""
    print(message, file=sys.stderr, flush=True)
