"""What somebody will get, said in a sentence. Pure: the rules come in, French comes out."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.modules.contract import Channel, Frequency, Importance
from core.modules.words import listed
from core.notifications.preferences import AT_ONCE, EVENING, OUTSIDE, WEEKLY, Told
from core.notifications.rules import RANKS
from core.ui.typography import NBSP

# How each channel reaches the person who reads.
TO_YOU = {
    Channel.IN_APP: gettext_lazy("dans Préau"),
    Channel.PUSH: gettext_lazy("sur votre téléphone"),
    Channel.EMAIL: gettext_lazy("par courriel"),
    Channel.SMS: gettext_lazy("par SMS"),
}
COLUMNS = {
    Channel.IN_APP: gettext_lazy("Dans Préau"),
    Channel.PUSH: gettext_lazy("Téléphone"),
    Channel.EMAIL: gettext_lazy("Courriel"),
    Channel.SMS: gettext_lazy("SMS"),
}
PACES = {
    Frequency.NOW: gettext_lazy("Tout de suite"),
    Frequency.HOURLY: gettext_lazy("Chaque heure"),
    Frequency.DAILY: gettext_lazy("Chaque jour"),
    Frequency.WEEKLY: gettext_lazy("Chaque semaine"),
    Frequency.NEVER: gettext_lazy("Jamais"),
}
# In the app a pace says nothing: it is there, or it is not.
SHOWN = {Frequency.NOW: gettext_lazy("Affichée"), Frequency.NEVER: gettext_lazy("Non affichée")}
PRESETS = {
    EVENING: gettext_lazy("L’essentiel tout de suite, le reste le soir"),
    AT_ONCE: gettext_lazy("Tout, tout de suite"),
    WEEKLY: gettext_lazy("Un récapitulatif par semaine, l’urgent tout de suite"),
}
# Why nobody may silence something.
IMPOSED = {
    "forced": gettext_lazy("L’établissement y tient."),
    "always": gettext_lazy("C’est une alerte\u00a0: elle part toujours."),
    "urgent": gettext_lazy("L’urgent s’affiche toujours."),
}
UNREACHED = {
    Channel.PUSH: gettext_lazy("Aucun appareil n’est encore abonné\u00a0: rien n’arrive sur le téléphone."),
    Channel.EMAIL: gettext_lazy("Aucune adresse n’est connue\u00a0: rien n’arrive par courriel."),
    Channel.SMS: gettext_lazy("Aucun numéro n’est connu\u00a0: rien n’arrive par SMS."),
}
# Groups of kinds that have a name of their own, by the importances that they hold and nobody else does.
_NAMES: Mapping[frozenset[Importance], Any] = {
    frozenset({Importance.URGENT}): gettext_lazy("les informations urgentes"),
    frozenset({Importance.IMPORTANT}): gettext_lazy("ce qui est important"),
    frozenset({Importance.URGENT, Importance.IMPORTANT}): gettext_lazy("ce qui est urgent ou important"),
    frozenset({Importance.NORMAL}): gettext_lazy("ce qui est courant"),
    frozenset({Importance.INFORMATION}): gettext_lazy("ce qui est pour information"),
}
# Kinds that are named one by one; more of them are counted.
_NAMED = 2
_WEIGHT = {level: rank for rank, level in enumerate(Importance)}

When = Callable[[Frequency], str]
Signature = tuple[tuple[Channel, Frequency], ...]


def summary(told: Sequence[Told], when: When, quiet: str) -> str:
    """One sentence for all kinds. `when` says a frequency (« chaque jour à 18 h »), `quiet` when nothing comes.

    « Vous recevrez les informations urgentes tout de suite sur votre téléphone, le reste chaque jour à 18 h par
    courriel ; rien entre 20 h et 7 h, sauf l’urgent. »
    """
    if not told:
        return _("Rien ne vous concerne ici pour l’instant.")
    groups = _groups(told)
    if len(groups) == 1:
        sentence = _everything(next(iter(groups)), when)
    else:
        clauses = _clauses(groups, told, when)
        sentence = "\u00a0; ".join([clauses[0][:1].upper() + clauses[0][1:], *clauses[1:]])
    if quiet and any(one.outside for one in told):
        words = {"sentence": sentence, "quiet": quiet.rstrip(",")}
        sentence = _("%(sentence)s\u00a0; rien %(quiet)s, sauf l’urgent") % words
    return f"{sentence}."


# Kinds that leave the application by no channel: shown in it, or nowhere.
_SHOWN: Signature = ((Channel.IN_APP, Frequency.NOW),)
_NOWHERE: Signature = ((Channel.IN_APP, Frequency.NEVER),)


def _signature(one: Told) -> Signature:
    return tuple(one.outside.items()) or (_SHOWN if one.in_app else _NOWHERE)


def _groups(told: Iterable[Told]) -> dict[Signature, list[Told]]:
    """The kinds that come by the same ways at the same pace, together; those that weigh most come first."""
    found: dict[Signature, list[Told]] = {}
    for one in told:
        found.setdefault(_signature(one), []).append(one)
    return dict(sorted(found.items(), key=lambda pair: -max(_WEIGHT[one.rule.importance] for one in pair[1])))


def _everything(signature: Signature, when: When) -> str:
    if signature == _SHOWN:
        return _("Rien ne sort de Préau\u00a0: vous verrez tout en vous connectant")
    if signature == _NOWHERE:
        return _("Vous ne recevez rien")
    if any(frequency == Frequency.NOW for _channel, frequency in signature):  # « tout tout de suite » would stumble
        return _("Vous recevrez tout, %(ways)s") % {"ways": ways(signature, when)}
    return _("Vous recevrez tout %(ways)s") % {"ways": ways(signature, when)}


def _clauses(groups: Mapping[Signature, list[Told]], told: Sequence[Told], when: When) -> list[str]:
    """What is received, what is only shown, what is neither; the clause that holds the rest comes last."""
    rest = _rest_of(groups)
    names = {s: _name(kinds, told) for s, kinds in groups.items() if s != rest} | {rest: _("le reste")}
    received = [f"{name} {ways(s, when)}" for s, name in names.items() if s not in (_SHOWN, _NOWHERE)]
    clauses = {_("vous recevrez %(parts)s") % {"parts": ", ".join(received)}: rest not in (_SHOWN, _NOWHERE)}
    if _SHOWN in names:
        clauses[_("vous verrez %(what)s dans Préau seulement") % {"what": names[_SHOWN]}] = rest == _SHOWN
    if _NOWHERE in names:
        clauses[_("vous ne recevrez pas %(what)s") % {"what": names[_NOWHERE]}] = rest == _NOWHERE
    if not received:
        clauses.pop(next(iter(clauses)))
    return sorted(clauses, key=lambda clause: clauses[clause])


def _rest_of(groups: Mapping[Signature, list[Told]]) -> Signature:
    """The group that is named last, as what remains: the largest, and of equals the one that weighs least."""
    ordinary = [s for s, kinds in groups.items() if any(not one.rule.urgent for one in kinds)] or list(groups)
    return max(reversed(ordinary), key=lambda signature: len(groups[signature]))


def _name(kinds: Sequence[Told], told: Sequence[Told]) -> str:
    """What a group of kinds is called, exactly: by importance, by module, one by one, or counted."""
    codes = {one.rule.code for one in kinds}
    levels = frozenset(one.rule.importance for one in kinds)
    if levels in _NAMES and codes == {one.rule.code for one in told if one.rule.importance in levels}:
        return str(_NAMES[levels])
    modules = list(dict.fromkeys(one.module for one in kinds))
    if codes == {one.rule.code for one in told if one.module in modules}:
        return _("ce qui vient de %(modules)s") % {"modules": listed(quoted(name) for name in modules)}
    if len(kinds) <= _NAMED:
        return listed(quoted(one.rule.kind.label) for one in kinds)
    return ngettext("%(count)d notification", "%(count)d notifications", len(kinds)) % {"count": len(kinds)}


def quoted(text: Any) -> str:
    return f"«{NBSP}{text}{NBSP}»"


def ways(signature: Iterable[tuple[Channel, Frequency]], when: When) -> str:
    """« tout de suite sur votre téléphone et par courriel », the most frequent first."""
    by_pace: dict[Frequency, list[Channel]] = {}
    for channel, frequency in signature:
        by_pace.setdefault(frequency, []).append(channel)
    paces = sorted(by_pace, key=RANKS.index, reverse=True)
    return listed(f"{when(each)} {listed(TO_YOU[channel] for channel in by_pace[each])}" for each in paces)


def pace(channel: Channel, frequency: Frequency) -> str:
    """« Chaque jour », « Affichée »: what stands in the cell of a channel."""
    return str(SHOWN[frequency] if channel == Channel.IN_APP and frequency in SHOWN else PACES[frequency])


def one_kind(told: Told, when: When) -> str:
    """« Tout de suite sur votre téléphone, et dans Préau », « Dans Préau seulement », « Jamais »."""
    outside = tuple(told.outside.items())
    if outside and told.in_app:
        text = _("%(ways)s, et dans Préau") % {"ways": ways(outside, when)}
    elif outside:
        text = ways(outside, when)
    else:
        text = _("dans Préau seulement") if told.in_app else _("jamais")
    return text[:1].upper() + text[1:]


def obstacles(told: Iterable[Told], reached: Iterable[Channel]) -> list[str]:
    """Channels that are meant to speak and cannot, each with a sentence."""
    wanted = {channel for one in told for channel in one.outside}
    return [str(UNREACHED[channel]) for channel in OUTSIDE if channel in wanted and channel not in set(reached)]


def differences(before: Sequence[Told], after: Sequence[Told]) -> list[str]:
    """What would change from one to the other: « Une actualité vous est adressée, par courriel : chaque jour → … »."""
    lines = []
    for old, new in zip(before, after, strict=True):
        for channel, frequency in new.by_channel.items():
            if old.by_channel[channel] == frequency:
                continue
            parts = {
                "kind": quoted(new.rule.kind.label),
                "channel": TO_YOU[channel],
                "after": pace(channel, frequency).lower(),
                "before": pace(channel, old.by_channel[channel]).lower(),
            }
            lines.append(_("%(kind)s, %(channel)s\u00a0: %(after)s au lieu de %(before)s") % parts)
    return lines
