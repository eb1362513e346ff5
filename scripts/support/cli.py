"""Chooses the program, and reports what an operator can act on without a traceback."""

import importlib
import os

from scripts.support.terminal import Stop, say

PROGRAMS = ("run", "manage", "test", "check", "new_module", "bench")


def main(arguments: list[str]) -> int:
    """Run one program and return its exit code."""
    program, *rest = arguments
    if program not in PROGRAMS:
        raise SystemExit(f"unknown program {program!r}")
    try:
        return int(importlib.import_module(f"scripts.support.programs.{program}").main(rest))
    except Stop as stop:
        say(str(stop))
        return stop.code
    except PermissionError as error:
        say(
            f"{error.filename} n’est pas accessible : un autre utilisateur (root ?) a préparé ce dossier."
        )
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The reader (head, less) has gone; nothing is left to say to it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 141
