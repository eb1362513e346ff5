"""What somebody wrote themselves in an answer: without the message that it quotes, and without their signature."""

import re

# Lines from which on all is quoted, as mail programs write them. A line may be broken in two or three.
_QUOTED = (
    re.compile(r"^\s*(Le|On)\b.{0,300}?\b(a écrit|a ecrit|wrote)\s*:\s*$", re.DOTALL | re.IGNORECASE),
    re.compile(r"^\s*-{2,}\s*(Message d.origine|Original Message|Message transféré|Forwarded)\b", re.IGNORECASE),
    re.compile(r"^\s*_{10,}\s*$"),
    re.compile(r"^\s*\*?(De|From)\s?:\*?\s.*\n\s*\*?(Envoyé|Sent|Date|À|To)\b.{0,20}:", re.IGNORECASE),
)
_SIGNATURE = re.compile(r"^--\s?$")
_SENT_FROM = re.compile(
    r"^\s*(Envoyé (de|depuis) (mon|ma|l.|Outlook|Yahoo|Gmail|un)\b|Sent from (my|Outlook|Yahoo|Gmail)\b|"
    r"Obtenez Outlook pour|Get Outlook for|Télécharger BlueMail)",
    re.IGNORECASE,
)
# How many lines a heading of a quotation may take.
_SPREAD = 4


def own_words(text: str) -> str:
    """The text above the quotation, its lines as they were typed."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    kept: list[str] = []
    for number, line in enumerate(lines):
        if _ends_here(lines, number):
            break
        if not line.lstrip().startswith(">"):
            kept.append(line.rstrip())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()


def _ends_here(lines: list[str], number: int) -> bool:
    line = lines[number]
    if _SIGNATURE.match(line) or _SENT_FROM.match(line):
        return True
    ahead = ["\n".join(lines[number : number + spread]) for spread in range(1, _SPREAD + 1)]
    return any(pattern.match(piece) for pattern in _QUOTED for piece in ahead)
