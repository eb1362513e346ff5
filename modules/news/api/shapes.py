"""What the addresses of the module take and answer."""

from typing import Any

from django.utils import timezone
from rest_framework import serializers

from core.people.choices import Role
from modules.news import selectors
from modules.news.choices import State
from modules.news.models import BODY_LENGTH, SUMMARY_LENGTH, TITLE_LENGTH, Article
from modules.news.selectors import Preview, Spec
from tenants.api.operations import Body, Flag, PageQuery

MAX_ID = 2**63 - 1
MAX_PLACES = 200


class ArticlesQuery(PageQuery):
    box = serializers.ChoiceField(
        [("received", "reçues"), ("written", "écrites par moi"), ("to_review", "à valider par moi")],
        default="received",
        help_text="Quelle liste\u00a0: reçues (défaut), écrites par moi, à valider par moi.",
    )
    section = serializers.IntegerField(default=None, min_value=1, max_value=MAX_ID, help_text="Une seule rubrique.")
    unread = Flag(default=False, help_text="Parmi celles que je reçois, les non lues.")


class NewsSection(serializers.Serializer):
    """Une rubrique."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    description = serializers.CharField()
    is_archived = serializers.BooleanField()
    may_write = serializers.BooleanField(help_text="Si vous y écrivez.")


class NewsAudience(Body):
    """À qui l’actualité s’adresse. Rien de choisi\u00a0: tout l’établissement."""

    roles = serializers.ListField(child=serializers.ChoiceField(Role.choices), required=False, max_length=len(Role))
    classes = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=MAX_ID), required=False, max_length=MAX_PLACES
    )
    groups = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=MAX_ID), required=False, max_length=MAX_PLACES
    )


class NewsBody(Body):
    """Ce que l’on écrit d’une actualité."""

    section = serializers.IntegerField(min_value=1, max_value=MAX_ID)
    title = serializers.CharField(max_length=TITLE_LENGTH)
    summary = serializers.CharField(max_length=SUMMARY_LENGTH, required=False, allow_blank=True)
    body = serializers.CharField(
        max_length=BODY_LENGTH, required=False, allow_blank=True, help_text="Du Markdown léger.", trim_whitespace=False
    )
    publish_at = serializers.DateTimeField(required=False, allow_null=True)
    expires_at = serializers.DateTimeField(required=False, allow_null=True)
    pinned_until = serializers.DateField(required=False, allow_null=True)
    urgent = serializers.BooleanField(required=False)
    banner_until = serializers.DateField(required=False, allow_null=True)
    audience = NewsAudience(required=False)


class NewsChange(NewsBody):
    """Ce qui change d’une actualité\u00a0; le reste demeure."""

    section = serializers.IntegerField(min_value=1, max_value=MAX_ID, required=False)
    title = serializers.CharField(max_length=TITLE_LENGTH, required=False)


class SeenBody(Body):
    """Ce que l’on a vu avant de publier."""

    seen = serializers.CharField(
        max_length=300, allow_blank=True, help_text="La valeur «\u00a0seen\u00a0» lue sur les destinataires."
    )


class AuthorRef(serializers.Serializer):
    """Qui a écrit."""

    id = serializers.IntegerField()
    first_name = serializers.CharField()
    last_name = serializers.CharField()


class AttachmentShown(serializers.Serializer):
    """Une pièce jointe."""

    name = serializers.CharField()
    content_type = serializers.CharField()
    size = serializers.IntegerField(help_text="En octets.")


class SectionRef(serializers.Serializer):
    """Une rubrique, en bref."""

    id = serializers.IntegerField()
    name = serializers.CharField()


class NewsRow(serializers.Serializer):
    """Une actualité dans une liste."""

    id = serializers.IntegerField()
    version = serializers.IntegerField()
    section = SectionRef()
    title = serializers.CharField()
    summary = serializers.CharField()
    state = serializers.ChoiceField(State.choices)
    urgent = serializers.BooleanField()
    publish_at = serializers.DateTimeField(allow_null=True)
    expires_at = serializers.DateTimeField(allow_null=True)
    updated_at = serializers.DateTimeField()


class NewsArticle(NewsRow):
    """Une actualité, entière."""

    author = AuthorRef(allow_null=True)
    body = serializers.CharField(help_text="Du Markdown léger.")
    html = serializers.CharField(help_text="Le même texte, en HTML sûr.")
    pinned_until = serializers.DateField(allow_null=True)
    banner_until = serializers.DateField(allow_null=True)
    review_comment = serializers.CharField(help_text="Ce qu’il fallait revoir, quand elle a été renvoyée.")
    audience = NewsAudience()
    attachments = AttachmentShown(many=True)
    url = serializers.CharField(help_text="Sa page.")


class NewsPreview(serializers.Serializer):
    """À combien de personnes l’actualité parviendrait maintenant."""

    total = serializers.IntegerField()
    by_role = serializers.DictField(child=serializers.IntegerField())
    problems = serializers.ListField(child=serializers.CharField(), help_text="Ce qui empêche de publier.")
    warnings = serializers.ListField(child=serializers.CharField(), help_text="Ce qu’il est bon de savoir avant.")
    seen = serializers.CharField(help_text="À rendre en publiant\u00a0: la preuve que ce compte a été lu.")


def row(article: Article) -> dict[str, Any]:
    """An article (its section at hand) as lists show it."""
    return {
        "id": article.pk,
        "version": article.version,
        "section": article.section,
        "title": article.title,
        "summary": article.summary,
        "state": article.state(timezone.now()).value,
        "urgent": article.urgent,
        "publish_at": article.publish_at,
        "expires_at": article.expires_at,
        "updated_at": article.updated_at,
    }


def whole(article: Article, url: str, *, shows_comment: bool) -> dict[str, Any]:
    """An article as its address shows it (`get_visible_or_404` has all that is needed at hand)."""
    return {
        **row(article),
        "author": article.author,
        "body": article.body,
        "html": str(article.html),
        "pinned_until": article.pinned_until,
        "banner_until": article.banner_until,
        "review_comment": article.review_comment if shows_comment else "",
        "audience": audience(selectors.spec_of(article)),
        "attachments": [attachment.file for attachment in article.attachments.all()],
        "url": url,
    }


def audience(spec: Spec) -> dict[str, list[Any]]:
    return {"roles": sorted(spec.roles), "classes": sorted(spec.classes), "groups": sorted(spec.groups)}


def preview(found: Preview) -> dict[str, Any]:
    return {
        "total": found.total,
        "by_role": dict(found.by_role),
        "problems": found.problems,
        "warnings": found.warnings,
        "seen": found.fingerprint,
    }
