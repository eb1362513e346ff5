"""Which lines a viewer may use, and why not the others."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core.people.selectors import people_visible_to
from core.permissions.viewer import Viewer
from core.structure.selectors import classes_visible_to, groups_visible_to
from modules.messaging.audience.expansion import Audience
from modules.messaging.audience.lines import (
    CLASS,
    GROUP,
    GUARDIANS_OF,
    PERSON,
    TEACHERS_OF,
    Line,
    in_words,
)
from modules.messaging.audience.reach import reachable_by

WRITE_PLACES = "messaging.write_places"


def refused(viewer: Viewer, lines: Sequence[Line], audience: Audience) -> dict[int, str]:
    """For the index of each line that may not be used, a sentence. Seven queries at most, whatever their number.

    A line that reaches some of those it names is good; the preview tells how many are left out.
    """
    sentences = _unusable(viewer, lines)
    left = [n for n in range(len(lines)) if n not in sentences]
    tally = audience.tally() if left else {}
    bad = [n for n in left if not tally.get(n, (0, 0))[1]]
    for n, words in zip(bad, in_words([lines[n] for n in bad]), strict=True):
        empty = lines[n].kind != PERSON and not tally.get(n, (0, 0))[0]
        sentence = _("%(line)s\u00a0: personne.") if empty else _("Vous ne pouvez pas écrire à\u00a0: %(line)s.")
        sentences[n] = sentence % {"line": words}
    return dict(sorted(sentences.items()))


def _unusable(viewer: Viewer, lines: Sequence[Line]) -> dict[int, str]:
    """Lines that need a permission the viewer lacks, or name what the viewer may not know of."""
    unknown = _("Ce destinataire n’existe pas, ou vous ne pouvez pas lui écrire.")
    sentences = dict.fromkeys(strangers(viewer, lines), unknown)
    if not viewer.can(WRITE_PLACES):
        many = _("Votre rôle ne permet pas d’écrire à une classe, à un groupe ou à tout un rôle.")
        sentences |= {n: many for n, line in enumerate(lines) if line.is_place}
    return sentences


def strangers(viewer: Viewer, lines: Sequence[Line]) -> list[int]:
    """The indexes of lines whose words would tell the viewer a name they may not know. Three queries at most."""
    seen = {
        CLASS: _seen(classes_visible_to(viewer), {line.id for line in lines if line.kind == CLASS}),
        GROUP: _seen(groups_visible_to(viewer), {line.id for line in lines if line.kind == GROUP}),
    }
    people = _people_seen(viewer, {pk for line in lines for pk in people_of(line)})
    return [
        n
        for n, line in enumerate(lines)
        if (line.kind in seen and line.id not in seen[line.kind]) or not people.issuperset(people_of(line))
    ]


def people_of(line: Line) -> tuple[int, ...]:
    """The people whom the line names, by their keys."""
    named = (line.id,) if line.kind in (PERSON, TEACHERS_OF, GUARDIANS_OF) else ()
    return tuple(int(pk) for pk in (*named, line.child) if pk is not None)


def _seen(rows: QuerySet[Any], named: set[int | str]) -> frozenset[int]:
    return frozenset(rows.filter(pk__in=named).order_by().values_list("pk", flat=True)) if named else frozenset()


def _people_seen(viewer: Viewer, named: set[int]) -> frozenset[int]:
    """Of these, whom the viewer may know of or write to."""
    if not named:
        return frozenset()
    known = people_visible_to(viewer) | reachable_by(viewer)
    return frozenset(known.filter(pk__in=named).order_by().values_list("pk", flat=True))
