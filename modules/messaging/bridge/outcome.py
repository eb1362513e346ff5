"""How the taking in of a mail ended, in the codes that mail servers know (sysexits.h)."""

import os
from dataclasses import dataclass

_CODES = {
    "OK": os.EX_OK,
    "DATAERR": os.EX_DATAERR,
    "NOUSER": os.EX_NOUSER,
    "UNAVAILABLE": os.EX_UNAVAILABLE,
    "NOPERM": os.EX_NOPERM,
    "TEMPFAIL": os.EX_TEMPFAIL,
}


@dataclass(frozen=True)
class Outcome:
    """`code` is the exit code; `sentence` is for the writer, whom the mail server sends it to when the code says no."""

    code: int
    sentence: str

    @property
    def is_taken(self) -> bool:
        return self.code == os.EX_OK


def taken(sentence: str) -> Outcome:
    return Outcome(os.EX_OK, sentence)


def ignored(reason: str) -> Outcome:
    """No answer of a person: nobody is written back, or two machines would go on for ever."""
    return Outcome(os.EX_OK, f"passed over: {reason}")


def refused(code: str, sentence: str) -> Outcome:
    return Outcome(_CODES[code], sentence)
