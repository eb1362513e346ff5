"""What people type. Forms check shapes; services decide."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.files.models import Kind
from core.files.types import accept
from core.permissions.viewer import Viewer
from core.ui.widgets import Choice, MultipleFileDrop, MultipleFileField, RichTextField, Switch
from modules.messaging.choices import Replies, Weight
from modules.messaging.models import (
    BODY_LENGTH,
    NAME_LENGTH,
    SIGNATURE_LENGTH,
    SUBJECT_LENGTH,
    Correspondent,
    Draft,
    Template,
)


class WritingForm(forms.Form):
    """What a message and a reply have in common. `draft` is what is kept already."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=2**31 - 1)
    body = RichTextField(label=_("Message"), max_length=BODY_LENGTH, required=False)
    attachments = MultipleFileField(
        label=_("Pièces jointes"), required=False, widget=MultipleFileDrop(attrs={"accept": accept(Kind.DOCUMENT)})
    )

    def __init__(
        self,
        viewer: Viewer,
        data: Any = None,
        files: Any = None,
        *,
        draft: Draft | None = None,
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, files, initial=(initial or {}) | (self._kept(draft) if draft else {}))
        self.viewer, self.draft = viewer, draft

    @staticmethod
    def _kept(draft: Draft) -> dict[str, Any]:
        return {"version": draft.version, "body": draft.body}

    def fields_of_draft(self) -> dict[str, Any]:
        """What was typed, as `services.drafts.save` takes it."""
        return {"body": self.cleaned_data["body"]}

    @property
    def version_read(self) -> int:
        return int(self.cleaned_data.get("version") or 0)


class ReplyForm(WritingForm):
    """An answer: its words and its files; to whom is decided by the button that began it, and may be changed."""

    to_all = forms.TypedChoiceField(
        label=_("À qui"), required=False, coerce=lambda value: value == "1", empty_value=None,
        choices=[("", ""), ("0", ""), ("1", "")], widget=forms.HiddenInput,
    )  # fmt: skip

    @staticmethod
    def _kept(draft: Draft) -> dict[str, Any]:
        return WritingForm._kept(draft) | {"to_all": "1" if draft.to_all else "0"}

    def fields_of_draft(self) -> dict[str, Any]:
        chosen = self.cleaned_data.get("to_all")
        return super().fields_of_draft() | ({"to_all": chosen} if chosen is not None else {})


class ComposeForm(WritingForm):
    """A message. Recipients are lines of the draft, added and taken off one by one."""

    subject = forms.CharField(label=_("Objet"), max_length=SUBJECT_LENGTH, required=False)
    replies = forms.ChoiceField(
        label=_("Réponses"), required=False, widget=forms.RadioSelect,
        choices=[
            (Replies.ALL.value, Choice(_("À tous les destinataires"))),
            (Replies.SENDER.value, Choice(_("À moi seulement"), _("Pour une information à beaucoup de monde."))),
            (Replies.NOBODY.value, Choice(_("Pas de réponse"))),
        ],
    )  # fmt: skip
    weight = forms.ChoiceField(label=_("Importance"), required=False, choices=Weight.choices)
    asks_receipt = forms.BooleanField(
        label=_("Demander de confirmer la lecture"), required=False, widget=Switch,
        help_text=_("Chacun voit un bouton «\u00a0Confirmer la lecture\u00a0», et vous voyez qui l’a fait."),
    )  # fmt: skip
    send_at = forms.DateTimeField(
        label=_("Envoyer plus tard"), required=False, widget=forms.DateTimeInput,
        help_text=_("Vide\u00a0: tout de suite, ou à l’ouverture de la messagerie."),
    )  # fmt: skip
    field_order = ("version", "subject", "body", "attachments", "replies", "weight", "asks_receipt", "send_at")

    def __init__(self, viewer: Viewer, *args: Any, **kwargs: Any) -> None:
        super().__init__(viewer, *args, **kwargs)
        if not viewer.can("messaging.send_urgent"):
            weight: Any = self.fields["weight"]
            weight.choices = [choice for choice in Weight.choices if choice[0] != Weight.URGENT]

    @staticmethod
    def _kept(draft: Draft) -> dict[str, Any]:
        return WritingForm._kept(draft) | {
            "subject": draft.subject, "replies": draft.replies, "weight": draft.weight,
            "asks_receipt": draft.asks_receipt, "send_at": draft.send_at,
        }  # fmt: skip

    def fields_of_draft(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        return super().fields_of_draft() | {
            "subject": cleaned["subject"],
            "replies": cleaned["replies"] or Replies.ALL,
            "weight": cleaned["weight"] or Weight.NORMAL,
            "asks_receipt": cleaned["asks_receipt"],
            "send_at": cleaned["send_at"],
        }


class TemplateChoice(forms.Form):
    """Words to begin with."""

    template: Any = forms.ModelChoiceField(label=_("Partir d’un modèle"), queryset=None, empty_label=_("Aucun"))

    def __init__(self, rows: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields["template"]
        chosen.queryset = rows if rows is not None else Template.objects.none()


class SignatureForm(forms.ModelForm):
    class Meta:
        model = Correspondent
        fields = ("signature",)
        widgets = {"signature": forms.Textarea(attrs={"rows": 3, "maxlength": SIGNATURE_LENGTH})}
        help_texts = {"signature": _("Placée sous chaque nouveau message. Vous pouvez l’effacer en écrivant.")}


class NameForm(forms.Form):
    """The name of a folder or of a label."""

    name = forms.CharField(label=_("Nom"), max_length=NAME_LENGTH)
