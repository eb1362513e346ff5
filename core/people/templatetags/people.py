"""Words and lines about people. `{% load people %}`"""

from typing import Any

from django import template
from django.urls import reverse
from django.utils.translation import gettext as _

from core.people import rules
from core.people.choices import Role
from core.people.models import Person
from core.people.web import Pick
from core.ui.typography import in_words

register = template.Library()


@register.filter
def roles_in_words(person: Person) -> str:
    """« Enseignante documentaliste » when the school says what the person does, else the roles: « Élève »."""
    if person.function:
        return person.function
    return ", ".join(str(Role(role).label) for role in Role.values if role in person.roles)


@register.filter
def told_apart(person: Person) -> str:
    """What tells homonyms apart: role or function, class, children (as far as they have been loaded)."""
    classes = [m.school_class.name for m in getattr(person, "current_class_memberships", ())]
    children = getattr(person, "known_children", ())
    of = [_("responsable de %(names)s") % {"names": ", ".join(children)}] if children else []
    only_guardian = bool(of) and person.roles == [Role.GUARDIAN] and not person.function
    words = " · ".join([*([] if only_guardian else [roles_in_words(person)]), *classes, *of])
    return words[:1].upper() + words[1:]


@register.inclusion_tag("people/row.html")
def person_row(person: Person) -> dict[str, Any]:
    """A line of the directory: the last name first, the whole line leads to the person's page."""
    return {"person": person, "name": person.sort_name, "detail": told_apart(person), "url": _url(person)}


@register.inclusion_tag("people/row.html")
def family_row(person: Person, detail: str) -> dict[str, Any]:
    """A line of a family: the person, and how they are related."""
    return {"person": person, "name": person.full_name, "detail": detail, "url": _url(person)}


def _url(person: Person) -> str:
    return reverse("people:person", args=[person.pk])


@register.simple_tag
def person_facts(person: Person, details: frozenset[str]) -> list[dict[str, str]]:
    """The known facts that these details open: `label`, `value`, perhaps `href`."""
    facts: list[dict[str, str]] = []
    if rules.CONTACT in details:
        facts += [
            {"label": _("Téléphone"), "value": person.phone, "href": f"tel:{telephone(person.phone)}"},
            {"label": _("Courriel"), "value": person.email, "href": f"mailto:{person.email}"},
        ]
    if rules.ADDRESS in details:
        facts.append({"label": _("Adresse"), "value": person.address})
    if rules.BIRTH in details:
        facts += [
            {"label": _("Nom de naissance"), "value": person.birth_name},
            {"label": _("Date de naissance"), "value": in_words(person.birth_date)},
        ]
    return [fact for fact in facts if fact["value"]]


@register.filter
def telephone(number: str) -> str:
    """The number as a telephone dials it: digits and a leading +."""
    return "".join(letter for letter in number if letter.isdigit() or letter == "+")


@register.filter
def is_chosen(person: Person, pick: Pick) -> bool:
    return str(person.pk) in pick.chosen
