"""The forms of the référent's console. `wanted()` gives what they ask for (see core.modules.changes)."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.modules import words
from core.modules.contract import Channel, Importance, NotificationKind, Permission
from core.modules.fields import capital, field_for, roles_field
from core.modules.rules import PACED
from core.modules.state import ModuleState
from core.people.choices import Role
from core.ui import icons
from core.ui.widgets import Choice, Switch


class ModuleForm(forms.Form):
    """Knows the module it edits, and disables what the region has locked."""

    paths: dict[str, str] = {}

    def __init__(self, *args: Any, state: ModuleState, **kwargs: Any) -> None:
        self.state = state
        super().__init__(*args, **kwargs)
        self.build()
        for name, field in self.fields.items():
            if state.is_locked(self.path_of(name)):
                field.disabled = True

    def build(self) -> None:
        """Add the fields that depend on the module."""

    def path_of(self, name: str) -> str:
        """The path in a change that the field stands for."""
        return name

    @property
    def locked(self) -> bool:
        return any(field.disabled for field in self.fields.values())

    def wanted(self) -> dict[str, Any]:
        """Path to value, without what is locked. Call it on a valid form."""
        return {
            self.path_of(name): self.cleaned_data[name] for name, field in self.fields.items() if not field.disabled
        }


class GeneralForm(ModuleForm):
    name = forms.CharField(
        label=_("Nom affiché"),
        max_length=40,
        required=False,
        help_text=_("Dans le menu et sur l’accueil. Vide\u00a0: le nom d’origine."),
    )
    icon = forms.ChoiceField(label=_("Icône"), widget=forms.RadioSelect)

    def build(self) -> None:
        self.fields["icon"].choices = [(name, name) for name in icon_choices(self.state)]  # type: ignore[attr-defined]
        self.initial = {"name": self.state.name, "icon": self.state.icon}


# Pictures that say something as a module's sign; the sprite's other icons are for buttons.
SIGNS = (
    "newspaper", "megaphone", "bell", "mail", "messages-square", "message-square", "send", "phone",
    "calendar", "calendar-days", "clock", "map-pin", "map", "book-open", "notebook-pen",
    "notebook-text", "library", "graduation-cap", "school", "pencil", "file-text", "folder", "link",
    "image", "users", "users-round", "user", "baby", "id-card", "hand-heart", "heart-pulse", "shield",
    "life-buoy", "award", "target", "gavel", "vote", "clipboard-list", "chart-column", "activity",
    "layers", "blocks", "puzzle", "globe", "smartphone", "presentation", "palette", "music", "dumbbell",
    "utensils", "bus", "calculator", "lightbulb", "door-open", "star", "flag", "pin", "tag", "sparkles",
)  # fmt: skip


def icon_choices(state: ModuleState) -> list[str]:
    """The signs that the sprite holds, with the module's own and current ones first."""
    known = icons.names()
    return list(dict.fromkeys([state.icon, state.manifest.icon, *(sign for sign in SIGNS if sign in known)]))


class AccessForm(ModuleForm):
    """Who uses the module, and what each role may do in it."""

    def build(self) -> None:
        serves = [role for role in Role.values if role in self.state.serves]
        self.fields["roles"] = roles_field(serves, label=_("Ouvert à"))
        self.initial = {"roles": sorted(self.state.roles)}
        for permission in self.state.manifest.permissions:
            name = f"grant_{permission.slug}"
            self.fields[name] = roles_field(serves, label=permission.label, help_text=permission.help)
            self.initial[name] = sorted(self.state.grants[permission.slug])

    def path_of(self, name: str) -> str:
        return name.replace("grant_", "grants.", 1)

    def columns(self) -> list[str]:
        """The labels of the matrix' columns."""
        return [str(role.label) for role in Role if role in self.state.serves]

    def matrix(self) -> list[tuple[Permission, forms.BoundField]]:
        return [(p, self[f"grant_{p.slug}"]) for p in self.state.manifest.permissions]


class SettingsForm(ModuleForm):
    """One field per setting of the module's schema."""

    def build(self) -> None:
        for setting in self.state.manifest.settings:
            self.fields[setting.key] = field_for(setting)
        self.initial = dict(self.state.settings)

    def path_of(self, name: str) -> str:
        return f"settings.{name}"


RULE_CHOICES = [
    ("default", Choice(_("Proposée"), _("Envoyée, et chacun peut la couper."))),
    ("forced", Choice(_("Toujours envoyée"), _("Personne ne peut la couper."))),
    ("off", Choice(_("Coupée au départ"), _("Seuls ceux qui la demandent la reçoivent."))),
    ("hidden", Choice(_("Supprimée"), _("Personne ne la reçoit."))),
]


@dataclass(frozen=True)
class RuleFields:
    """The fields of one kind, and what happens to it now in words."""

    kind: NotificationKind
    sentence: str
    rule: forms.BoundField
    importance: forms.BoundField
    channels: forms.BoundField
    paces: list[forms.BoundField]
    apart: forms.BoundField
    roles: list[forms.BoundField]


class NotificationsForm(ModuleForm):
    """For each kind: the rule, the importance, the channels with their pace, and other channels for some roles."""

    @property
    def kinds(self) -> list[NotificationKind]:
        """Those that a school may set: what is always told has nothing to choose."""
        return [kind for kind in self.state.manifest.notifications if not kind.always]

    def build(self) -> None:
        for kind in self.kinds:
            current = self.state.notifications[kind.slug]
            for part, field in _notification_fields().items():
                self.fields[f"{kind.slug}-{part}"] = field
                self.initial[f"{kind.slug}-{part}"] = current[part]
            for channel in PACED:
                self.fields[f"{kind.slug}-pace-{channel}"] = _pace_field(channel)
                self.initial[f"{kind.slug}-pace-{channel}"] = current["frequencies"].get(channel, "")
            self.fields[f"{kind.slug}-apart"] = forms.BooleanField(
                label=_("Par d’autres moyens selon le profil"), required=False, widget=Switch
            )
            self.initial[f"{kind.slug}-apart"] = bool(current["roles"])
            for role in self._roles(kind):
                self.fields[f"{kind.slug}-role-{role}"] = _channels_field(capital(words.ROLES[role]))
                self.initial[f"{kind.slug}-role-{role}"] = current["roles"].get(role, current["channels"])

    def _roles(self, kind: NotificationKind) -> list[Role]:
        return [role for role in Role if role in (kind.roles or self.state.serves)]

    def path_of(self, name: str) -> str:
        return f"notifications.{name.partition('-')[0]}"

    def wanted(self) -> dict[str, Any]:
        if self.state.is_locked("notifications"):
            return {}
        return {f"notifications.{kind.slug}": self._wanted(kind) for kind in self.kinds}

    def _wanted(self, kind: NotificationKind) -> dict[str, Any]:
        given = {name.partition("-")[2]: self.cleaned_data[name] for name in self.fields if self._is_of(kind, name)}
        rule = {part: given[part] for part in ("rule", "channels", "importance")}
        rule["frequencies"] = {channel: pace for channel in PACED if (pace := given[f"pace-{channel}"])}
        apart = self._roles(kind) if given["apart"] else []
        return rule | {"roles": {str(role): given[f"role-{role}"] for role in apart}}

    def _is_of(self, kind: NotificationKind, name: str) -> bool:
        return name.partition("-")[0] == kind.slug

    def rows(self) -> list[RuleFields]:
        return [
            RuleFields(
                kind=kind,
                sentence=words.notification(self.state.notifications[kind.slug]),
                rule=self[f"{kind.slug}-rule"],
                importance=self[f"{kind.slug}-importance"],
                channels=self[f"{kind.slug}-channels"],
                paces=[self[f"{kind.slug}-pace-{channel}"] for channel in PACED],
                apart=self[f"{kind.slug}-apart"],
                roles=[self[f"{kind.slug}-role-{role}"] for role in self._roles(kind)],
            )
            for kind in self.kinds
        ]


def _notification_fields() -> dict[str, forms.Field]:
    return {
        "rule": forms.ChoiceField(label=_("Règle"), choices=RULE_CHOICES, widget=forms.RadioSelect),
        "channels": _channels_field(_("Par quels moyens")),
        "importance": forms.ChoiceField(
            label=_("Importance"),
            choices=[(level.value, words.IMPORTANCE[level]) for level in Importance],
            help_text=_("L’urgent passe tout de suite, même la nuit et les jours fermés."),
        ),
    }


def _channels_field(label: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label,
        choices=[(channel.value, capital(words.CHANNELS[channel])) for channel in Channel],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )


def _pace_field(channel: Channel) -> forms.ChoiceField:
    paces = [(pace.value, capital(said)) for pace, said in words.FREQUENCIES.items()]
    labels = {Channel.EMAIL: _("Rythme des courriels"), Channel.PUSH: _("Rythme sur le téléphone")}
    return forms.ChoiceField(
        label=labels[channel], choices=[("", _("Selon l’importance")), *paces], required=False
    )
