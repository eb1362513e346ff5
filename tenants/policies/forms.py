"""The form of one policy: its scope, its effect, and for each option of the module a value and a lock."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tenants.establishments.models import Establishment, SchoolType
from tenants.policies.catalogue import Entry, Option
from tenants.policies.models import Policy
from tenants.policies.scopes import Part
from tenants.policies.services import Draft

Scope, Effect = Policy.Scope, Policy.Effect


class Explained:
    """A choice's label with a sentence of help under it (the shape that core.ui's fields read)."""

    def __init__(self, label: Any, help: Any) -> None:
        self.label, self.help = label, help

    def __str__(self) -> str:
        return str(self.label)


EFFECTS = [
    (Effect.ALLOW, Explained(_("Autoriser"), _("Chaque établissement choisit."))),
    (
        Effect.REQUIRE,
        Explained(_("Imposer"), _("Le module est activé, et l’établissement ne peut le désactiver.")),
    ),
    (Effect.FORBID, Explained(_("Interdire"), _("Le module disparaît\u00a0; ce qu’il contient est gardé."))),
    (Effect.KEEP, Explained(_("Régler seulement"), _("Ne change que les valeurs et les verrous."))),
]


class ScopeForm(forms.Form):
    """For whom a new policy is: the one field that its kind of scope needs, within the administrator's part."""

    scope = forms.ChoiceField(widget=forms.HiddenInput)
    academie = forms.ChoiceField(label=_("Académie"))
    departement = forms.ChoiceField(label=_("Département"))
    type = forms.ChoiceField(label=_("Type d’établissement"))
    uai = forms.CharField(label=_("UAI de l’établissement"), max_length=8, help_text=_("Par exemple 0670079Z."))

    def __init__(self, *args: Any, part: Part, scope: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"scope": scope}
        schools = Establishment.objects.filter(part.q()).order_by()
        academies = schools.values_list("academie", flat=True).distinct()
        if not part.whole:
            academies = academies.filter(academie__in=part.academies)
        departements = schools.values_list("departement_code", "departement").distinct()
        self._choose("scope", offered(part))
        self._choose("academie", [("", "—"), *((name, name) for name in sorted(academies))])
        self._choose("departement", [("", "—"), *sorted(departements, key=lambda row: row[0])])
        self._choose("type", [("", "—"), *SchoolType.choices])
        for name in set(self.fields) - {"scope", _FIELD_OF.get(scope)}:
            del self.fields[name]

    def _choose(self, name: str, choices: Any) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def value(self) -> str:
        """The scope's value. Call it on a valid form."""
        name = _FIELD_OF.get(self.cleaned_data["scope"])
        text = str(self.cleaned_data[name]).strip() if name else ""
        return text.upper() if name == "uai" else text


_FIELD_OF: dict[str, str] = {
    Scope.ACADEMIE: "academie",
    Scope.DEPARTEMENT: "departement",
    Scope.TYPE: "type",
    Scope.SCHOOL: "uai",
}


_SHORT = {
    Scope.ALL: _("Région"),
    Scope.ACADEMIE: _("Académie"),
    Scope.DEPARTEMENT: _("Département"),
    Scope.TYPE: _("Type"),
    Scope.SCHOOL: _("Établissement"),
}


def offered(part: Part) -> list[tuple[str, Any]]:
    """The kinds of scope that an administrator of this part may use."""
    if part.whole:
        kinds = list(Scope)
    else:
        kinds = [Scope.ACADEMIE] if part.academies else []
        kinds += [Scope.DEPARTEMENT, Scope.SCHOOL]
    return [(kind.value, _SHORT[kind]) for kind in kinds]


class PolicyForm(forms.Form):
    """What a policy says. Options are fields `value_<key>` that count where `set_<key>` is ticked."""

    effect = forms.ChoiceField(label=_("Règle"), choices=EFFECTS, widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("Motif"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Affiché aux établissements."),
    )
    locked = forms.MultipleChoiceField(
        label=_("Ce que l’établissement ne peut changer"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, entry: Entry, policy: Policy | None, **kwargs: Any) -> None:
        self.entry = entry
        super().__init__(*args, **kwargs)
        self.fields["locked"].choices = entry.lockable  # type: ignore[attr-defined]
        if entry.core:
            self.fields["effect"].choices = EFFECTS[-1:]  # type: ignore[attr-defined]
        defaults = policy.defaults if policy else {}
        locked = policy.locked if policy else []
        self.initial = {
            "effect": policy.effect if policy else (Effect.KEEP if entry.core else Effect.ALLOW),
            "note": policy.note if policy else "",
            "locked": locked,
        }
        for option in entry.options:
            self._add(option, defaults, locked)

    def _add(self, option: Option, defaults: dict[str, Any], locked: list[str]) -> None:
        key = option.key
        value = option.field()
        value.required = False
        self.fields |= {
            f"set_{key}": forms.BooleanField(label=_("La région donne une valeur"), required=False),
            f"value_{key}": value,
            f"lock_{key}": forms.BooleanField(label=_("Verrouiller"), required=False),
        }
        self.initial.update(
            {
                f"set_{key}": key in defaults,
                f"value_{key}": defaults.get(key, option.default),
                f"lock_{key}": key in locked,
            }
        )

    def options(self) -> list[tuple[Option, forms.BoundField, forms.BoundField, forms.BoundField]]:
        return [(o, self[f"set_{o.key}"], self[f"value_{o.key}"], self[f"lock_{o.key}"]) for o in self.entry.options]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for option in self.entry.options:
            name = f"value_{option.key}"
            if cleaned.get(f"set_{option.key}") and name in cleaned and cleaned[name] is None:
                self.add_error(name, _("Indiquez une valeur."))
        return cleaned

    def draft(self, scope: str, value: str) -> Draft:
        """Call it on a valid form."""
        data = self.cleaned_data
        options = self.entry.options
        return Draft(
            module=self.entry.slug,
            scope=scope,
            scope_value=value,
            effect=data["effect"],
            defaults={o.key: data[f"value_{o.key}"] for o in options if data[f"set_{o.key}"]},
            locked=[*data["locked"], *(o.key for o in options if data[f"lock_{o.key}"])],
            note=data["note"],
        )
