"""What is chosen, said in words that a teacher reads."""

from collections.abc import Iterable, Mapping
from datetime import time
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.modules.contract import (
    BoolSetting,
    Channel,
    ChoiceSetting,
    Frequency,
    Importance,
    IntSetting,
    RolesSetting,
    Setting,
    TimeSetting,
)
from core.people.choices import STAFF, Role
from core.ui.typography import clock_in_words

ROLES = {
    Role.PUPIL: gettext_lazy("les élèves"),
    Role.GUARDIAN: gettext_lazy("les responsables"),
    Role.TEACHER: gettext_lazy("les enseignants"),
    Role.SCHOOL_LIFE: gettext_lazy("la vie scolaire"),
    Role.MANAGEMENT: gettext_lazy("la direction"),
    Role.ADMINISTRATIVE: gettext_lazy("l’administration"),
    Role.DIGITAL_REFERENT: gettext_lazy("le référent numérique"),
    Role.PARTNER: gettext_lazy("les partenaires"),
}
CHANNELS = {
    Channel.IN_APP: gettext_lazy("dans Préau"),
    Channel.EMAIL: gettext_lazy("par courriel"),
    Channel.PUSH: gettext_lazy("sur le téléphone"),
    Channel.SMS: gettext_lazy("par SMS"),
}
IMPORTANCE = {
    Importance.INFORMATION: gettext_lazy("Pour information"),
    Importance.NORMAL: gettext_lazy("Importance normale"),
    Importance.IMPORTANT: gettext_lazy("Importante"),
    Importance.URGENT: gettext_lazy("Urgente"),
}
FREQUENCIES = {
    Frequency.NOW: gettext_lazy("tout de suite"),
    Frequency.HOURLY: gettext_lazy("une fois par heure"),
    Frequency.DAILY: gettext_lazy("une fois par jour"),
    Frequency.WEEKLY: gettext_lazy("une fois par semaine"),
}
RULES = {
    "default": gettext_lazy("proposée"),
    "forced": gettext_lazy("toujours envoyée"),
    "off": gettext_lazy("coupée au départ"),
    "hidden": gettext_lazy("supprimée"),
}


def listed(words: Iterable[Any]) -> str:
    """`a, b et c`"""
    texts = [str(word) for word in words]
    if len(texts) < 2:
        return "".join(texts)
    return _("%(first)s et %(last)s") % {"first": ", ".join(texts[:-1]), "last": texts[-1]}


def roles(chosen: Iterable[str], among: Iterable[str] = tuple(Role.values)) -> str:
    """`tous`, `le personnel`, `le personnel et les élèves`, `personne`…"""
    chosen, among = set(chosen), set(among)
    if not chosen:
        return _("personne")
    if chosen >= among:
        return _("tous")
    staff = STAFF & among
    shortened = len(staff) > 1 and chosen >= staff
    words = [_("le personnel")] if shortened else []
    words += [str(ROLES[Role(r)]) for r in Role.values if r in chosen and not (shortened and r in staff)]
    return listed(words)


def number(value: int) -> str:
    """`10 000`"""
    return number_format(value, force_grouping=True)


def setting(definition: Setting, value: Any) -> str:
    match definition:
        case BoolSetting():
            return _("oui") if value else _("non")
        case IntSetting(unit=unit):
            return f"{number(value)}\u00a0{unit}" if unit else number(value)
        case ChoiceSetting(choices=choices):
            return str(dict(choices).get(value, value))
        case RolesSetting(among=among):
            return roles(value, among)
        case TimeSetting():
            return clock_in_words(time.fromisoformat(value))
    return f"«\u00a0{value}\u00a0»" if value else _("vide")


def notification(rule: Mapping[str, Any]) -> str:
    """What happens, in one sentence: `Pour information, dans Préau ; chacun peut la couper.`"""
    if rule["rule"] == "hidden":
        return _("Personne ne la reçoit, et elle n’apparaît dans les préférences de personne.")
    start = f"{IMPORTANCE[Importance(rule['importance'])]}, {_ways(rule['channels'], rule['frequencies'])}"
    endings = {
        "forced": _("personne ne peut la couper."),
        "default": _("chacun peut la couper."),
        "off": _("seuls ceux qui la demandent la reçoivent."),
    }
    return " ".join([f"{start}\u00a0; {endings[rule['rule']]}", *_otherwise(rule)])


def _ways(channels: Iterable[str], frequencies: Mapping[str, str]) -> str:
    """`dans Préau et par courriel une fois par jour`; a pace that follows from the importance is not said."""
    said = []
    for channel in channels:
        pace = frequencies.get(channel)
        said.append(" ".join([str(CHANNELS[Channel(channel)]), *([str(FREQUENCIES[Frequency(pace)])] if pace else [])]))
    return listed(said) or _("par aucun moyen")


def _otherwise(rule: Mapping[str, Any]) -> list[str]:
    """A sentence for each group of roles that is told by other channels."""
    groups: dict[str, list[Role]] = {}
    for role in Role:
        if role in rule["roles"]:
            groups.setdefault(_ways(rule["roles"][role], rule["frequencies"]), []).append(role)
    return [
        _("Pour %(who)s\u00a0: %(how)s.") % {"who": listed(ROLES[role] for role in those), "how": how}
        for how, those in groups.items()
    ]
