"""What people fill in about data."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.modules.fields import field_for
from core.modules.state import Modules
from core.people.text import fold
from core.privacy.models import REASON_LENGTH
from core.privacy.terms import Term


class ReasonForm(forms.Form):
    """Why somebody asks to be erased. It may stay empty: the law asks for no reason."""

    reason = forms.CharField(
        label=_("Motif"),
        help_text=_("Facultatif. Dites ce qui ne devrait plus être conservé, ou pourquoi."),
        max_length=REASON_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class AnswerForm(forms.Form):
    answer = forms.CharField(
        label=_("Réponse"),
        help_text=_("La personne la lira. Dites quel texte oblige à conserver ces données, et jusqu’à quand."),
        error_messages={"required": _("Dites pourquoi la demande est refusée\u00a0: la personne lira cette réponse.")},
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class HoldForm(forms.Form):
    because = forms.CharField(
        label=_("Pourquoi les garder plus longtemps"),
        help_text=_("Par exemple un recours en cours, ou une enquête."),
        error_messages={"required": _("Dites pourquoi il faut les garder plus longtemps.")},
        max_length=REASON_LENGTH,
    )


class EraseForm(forms.Form):
    """The name is typed once more: what goes does not come back."""

    name = forms.CharField(
        label=_("Pour confirmer, recopiez le nom de famille"),
        error_messages={"required": _("Recopiez le nom de famille de cette personne.")},
        max_length=100,
    )

    def __init__(self, *args: Any, last_name: str, **kwargs: Any) -> None:
        self.last_name = last_name
        super().__init__(*args, **kwargs)

    def clean_name(self) -> str:
        if fold(self.cleaned_data["name"]) != fold(self.last_name):
            raise forms.ValidationError(_("Ce n’est pas le nom de cette personne."))
        return str(self.cleaned_data["name"])


class DurationsForm(forms.Form):
    """The months of every retention, within what the law and the region allow."""

    def __init__(self, *args: Any, modules: Modules, terms: list[Term], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.terms = {self._name(term): term for term in terms if not term.rule.follows}
        for name, term in self.terms.items():
            field = field_for(term.rule.as_setting())
            field.label = term.label
            field.help_text = " ".join(filter(None, (str(field.help_text), _why(term))))
            field.initial = term.months
            field.disabled = modules[term.manifest.slug].is_locked(term.path)
            self.fields[name] = field

    @staticmethod
    def _name(term: Term) -> str:
        return term.model.lower().replace(".", "-")

    def wanted(self) -> dict[str, dict[str, Any]]:
        """What changes, as core.modules takes it."""
        changes: dict[str, dict[str, Any]] = {}
        for name, term in self.terms.items():
            if not self.fields[name].disabled and self.cleaned_data[name] != term.months:
                changes.setdefault(term.manifest.slug, {})[term.path] = self.cleaned_data[name]
        return changes

    def groups(self) -> list[tuple[str, list[tuple[Term, forms.BoundField]]]]:
        """By module, each duration with its field."""
        found: dict[str, list[tuple[Term, forms.BoundField]]] = {}
        for name, term in self.terms.items():
            found.setdefault(str(term.manifest.name), []).append((term, self[name]))
        return list(found.items())


def _why(term: Term) -> str:
    """« À compter de la lecture. Repère sans utilité ensuite (texte de loi). »"""
    since = gettext("À compter de\u00a0: %(since)s.") % {"since": term.rule.since}
    law = f" ({term.rule.law})" if term.rule.law else ""
    return f"{since} {term.rule.basis}{law}."
