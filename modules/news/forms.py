"""What people type. Forms check shapes; services decide."""

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.files.models import Kind
from core.files.types import accept
from core.people.choices import Role
from core.permissions.viewer import Viewer
from core.structure.models import Group, SchoolClass
from core.structure.selectors import current_year
from core.ui.widgets import FileDrop, MultipleFileDrop, MultipleFileField, RichTextField, Switch
from modules.news import rules, selectors
from modules.news.choices import Status
from modules.news.models import (
    BODY_LENGTH,
    COMMENT_LENGTH,
    SUMMARY_LENGTH,
    TITLE_LENGTH,
    Article,
    Section,
)
from modules.news.selectors import Spec
from modules.news.selectors.preview import ROLE_GROUPS
from modules.news.services import Content, FileChanges

EVENING = time(18)


class AudienceForm(forms.Form):
    """Roles, classes and groups; nothing chosen is the whole school."""

    roles = forms.MultipleChoiceField(
        label=_("Rôles"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Aucun rôle coché\u00a0: tous. Une classe\u00a0: ses élèves, leurs responsables, ses enseignants."),
    )
    classes: Any = forms.ModelMultipleChoiceField(
        label=_("Classes"), required=False, queryset=None, widget=forms.CheckboxSelectMultiple
    )
    groups: Any = forms.ModelMultipleChoiceField(
        label=_("Groupes"), required=False, queryset=None, widget=forms.CheckboxSelectMultiple
    )
    drop_lost = forms.BooleanField(
        label=_("Oublier la classe ou le groupe qui n’existe plus"),
        required=False,
        help_text=_("Sans autre choix, l’actualité s’adressera alors à tout l’établissement."),
    )

    def __init__(self, viewer: Viewer, *args: Any, article: Article | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.viewer, self.article = viewer, article
        self.before = selectors.spec_of(article) if article else Spec()
        offered = selectors.terms_of(viewer).readers | self.before.roles
        year = current_year()
        self._field("roles").choices = [
            (role.value, str(ROLE_GROUPS[role]).capitalize()) for role in Role if role in offered
        ]
        self._offer("classes", SchoolClass.objects.filter(Q(year=year) | Q(pk__in=self.before.classes)))
        self._offer("groups", Group.objects.filter(Q(year=year) | Q(pk__in=self.before.groups)))
        if not self.before.lost:
            del self.fields["drop_lost"]

    def _offer(self, name: str, rows: QuerySet[Any]) -> None:
        """This year's places, and those already chosen; no field where the school has none."""
        self._field(name).queryset = rows.order_by("name")
        if not rows.exists():
            del self.fields[name]

    def _field(self, name: str) -> Any:
        return self.fields[name]

    def spec(self) -> Spec:
        """The audience that was chosen. Lost places stay until somebody says otherwise or chooses others."""
        cleaned = self.cleaned_data
        classes = frozenset(row.pk for row in cleaned.get("classes", ()))
        groups = frozenset(row.pk for row in cleaned.get("groups", ()))
        replaced = cleaned.get("drop_lost") or ((classes | groups) and not self.before.classes | self.before.groups)
        return Spec(
            roles=frozenset(cleaned.get("roles", ())),
            classes=classes,
            groups=groups,
            lost=0 if replaced else self.before.lost,
        )


class ArticleForm(AudienceForm):
    """An article, whole. A draft may lack almost everything; the next page says what is missing."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1, max_value=2**31 - 1)
    section: Any = forms.ModelChoiceField(label=_("Rubrique"), queryset=None, empty_label=None)
    title = forms.CharField(label=_("Titre"), max_length=TITLE_LENGTH)
    summary = forms.CharField(
        label=_("Résumé"),
        max_length=SUMMARY_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Une ou deux phrases, lues dans la liste. Sinon, le début du texte."),
    )
    body = RichTextField(label=_("Texte"), max_length=BODY_LENGTH, required=False)
    cover = forms.FileField(label=_("Image"), required=False, widget=FileDrop(attrs={"accept": accept(Kind.IMAGE)}))
    cover_alt = forms.CharField(
        label=_("Description de l’image"),
        max_length=200,
        required=False,
        help_text=_("Ce que l’image montre, pour ceux qui ne la voient pas."),
    )
    drop_cover = forms.BooleanField(label=_("Retirer l’image"), required=False)
    attachments = MultipleFileField(
        label=_("Pièces jointes"),
        required=False,
        widget=MultipleFileDrop(attrs={"accept": accept(Kind.DOCUMENT)}),
        help_text=_("Documents, images ou sons, dix au plus."),
    )
    drop_files = forms.MultipleChoiceField(label=_("Retirer"), required=False, widget=forms.CheckboxSelectMultiple)
    publish_at = forms.DateTimeField(
        label=_("Paraît le"),
        required=False,
        widget=forms.DateTimeInput,
        help_text=_("Vide\u00a0: dès que vous publiez."),
    )
    expires_at = forms.DateTimeField(
        label=_("Se retire le"),
        required=False,
        widget=forms.DateTimeInput,
        help_text=_("Elle disparaît alors des listes d’elle-même."),
    )
    pinned_until = forms.DateField(label=_("En tête de liste jusqu’au"), required=False, widget=forms.DateInput)
    urgent = forms.BooleanField(
        label=_("Information urgente"),
        required=False,
        widget=Switch,
        help_text=_("Chaque lecteur confirme qu’il a lu\u00a0; vous suivez qui ne l’a pas fait."),
    )
    banner_until = forms.DateField(
        label=_("Bannière sur toutes les pages jusqu’au"),
        required=False,
        widget=forms.DateInput,
        help_text=_("Le titre s’affiche en haut de leurs pages. Vide\u00a0: pas de bannière."),
    )

    def __init__(self, viewer: Viewer, *args: Any, article: Article | None = None, **kwargs: Any) -> None:
        initial = kwargs.pop("initial", None) or (_values_of(article) if article else _first_values(viewer))
        super().__init__(viewer, *args, article=article, initial=initial, **kwargs)
        sections = selectors.writable_sections(viewer)
        if article is not None:
            sections = sections | Section.objects.filter(pk=article.section_id)
        self._field("section").queryset = sections.order_by("position", "name")
        attachments = list(article.attachments.all()) if article else []
        self._field("drop_files").choices = [(str(joined.pk), joined.file.name) for joined in attachments]
        self._keep_only_what_applies(viewer, article, has_files=bool(attachments))

    def _keep_only_what_applies(self, viewer: Viewer, article: Article | None, *, has_files: bool) -> None:
        absent = []
        if article is None:
            absent += ["version", "drop_cover", "drop_files"]
        else:
            absent += [] if article.cover_id else ["drop_cover"]
            absent += [] if has_files else ["drop_files"]
        if not viewer.can(rules.URGENT):
            absent += ["urgent", "banner_until"]
        for name in absent:
            del self.fields[name]
        if article is not None and article.status == Status.PUBLISHED:
            self._freeze(article)

    def _freeze(self, article: Article) -> None:
        """Whom it reaches and when it appeared is settled; services refuse it too."""
        settled = ["roles", "classes", "groups", "drop_lost"]
        settled += [] if article.urgent else ["urgent"]
        settled += ["publish_at"] if article.publish_at and article.publish_at <= timezone.now() else []
        for name in settled:
            if name in self.fields:
                self.fields[name].disabled = True

    def content(self) -> Content:
        """What was typed, as services take it. What the form does not offer stays as it was."""
        cleaned, article = self.cleaned_data, self.article
        return Content(
            section=cleaned["section"],
            title=cleaned["title"],
            summary=cleaned["summary"],
            body=cleaned["body"],
            cover_alt=cleaned["cover_alt"],
            publish_at=cleaned["publish_at"],
            expires_at=cleaned["expires_at"],
            pinned_until=cleaned["pinned_until"],
            urgent=cleaned.get("urgent", bool(article and article.urgent)),
            banner_until=cleaned.get("banner_until", article.banner_until if article else None),
            audience=self.spec(),
        )

    def changes(self) -> FileChanges:
        cleaned = self.cleaned_data
        return FileChanges(
            cover=cleaned.get("cover"),
            drop_cover=bool(cleaned.get("drop_cover")),
            added=cleaned.get("attachments", ()),
            dropped=[int(pk) for pk in cleaned.get("drop_files", ())],
        )


# What the form takes from an article as it is.
KEPT = (
    "version", "section", "title", "summary", "body", "cover_alt", "publish_at", "expires_at", "pinned_until",
    "urgent", "banner_until",
)  # fmt: skip


def _values_of(article: Article) -> dict[str, Any]:
    spec = selectors.spec_of(article)
    values = {name: getattr(article, name) for name in KEPT}
    return values | {
        "roles": sorted(spec.roles),
        "classes": sorted(spec.classes),
        "groups": sorted(spec.groups),
    }


def _first_values(viewer: Viewer) -> dict[str, Any]:
    """A new article: the school's usual length of display."""
    days = int(viewer.modules["news"].settings["default_days"])
    last_day = timezone.localdate() + timedelta(days=days)
    return {"expires_at": timezone.make_aware(datetime.combine(last_day, EVENING))} if days else {}


class SeenForm(forms.Form):
    """What the page before publication carries along: what its reader had before their eyes."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=300)


class SendBackForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)
    comment = forms.CharField(
        label=_("Ce qu’il faut revoir"),
        max_length=COMMENT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("L’auteur lira ce commentaire au-dessus de son brouillon."),
    )


class SectionForm(forms.ModelForm):
    class Meta:
        model = Section
        fields = ("name", "description", "icon", "hue", "position", "restricted")
        help_texts = {
            "description": _("Ce que l’on y trouve, en une phrase."),
            "position": _("Les plus petits nombres d’abord."),
            "restricted": _("Sinon, tous ceux qui écrivent des actualités y écrivent aussi."),
        }
        widgets = {"icon": forms.Select, "hue": forms.Select, "restricted": Switch}

    def validate_constraints(self) -> None:
        """Left to the service, which says it beside the name."""


class ContributorForm(forms.Form):
    """A role or a person (by id), and whether they manage the section."""

    role = forms.ChoiceField(label=_("Rôle"), required=False, choices=[("", "—"), *Role.choices])
    person = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    manages = forms.BooleanField(label=_("Valide aussi et gère la rubrique"), required=False)


class AddRoleForm(forms.Form):
    """What the page offers to add a role with: the browser itself asks for one."""

    role = forms.ChoiceField(label=_("Rôle"), choices=[("", _("Choisir un rôle")), *Role.choices])


class ListFilter(forms.Form):
    """The list's filters, as they stand in the address. What makes no sense is left out."""

    rubrique: Any = forms.ModelChoiceField(label=_("Rubrique"), queryset=None, required=False, empty_label=_("Toutes"))
    lecture = forms.ChoiceField(
        label=_("Lecture"), required=False, choices=[("", _("Toutes")), ("non-lues", _("Non lues"))]
    )

    def __init__(self, sections: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        section: Any = self.fields["rubrique"]
        section.queryset = sections

    def chosen(self) -> dict[str, Any]:
        self.full_clean()
        section = self.cleaned_data.get("rubrique")
        return {
            "section": section.pk if section else None,
            "unread": self.cleaned_data.get("lecture") == "non-lues",
        }
