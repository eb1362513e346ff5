"""News for programs, by the selectors and services of the pages. Reading through here marks nothing as read."""

from collections.abc import Callable
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.views import SchoolView
from core.errors import DomainError, NotAllowed
from modules.news import selectors, services
from modules.news.api import shapes
from modules.news.models import Article, Section
from modules.news.selectors import Spec
from modules.news.services import Content
from tenants.api.operations import PageQuery, operation
from tenants.establishments.hosts import school_url

READ = {"scope": "news.read", "permission": "news.view"}
WRITE = {"scope": "news.write", "permission": "news.view"}
PUBLISH = {"scope": "news.publish", "permission": "news.view"}
# What one writes of an article, beside its section and its audience.
FIELDS = (
    "title", "summary", "body", "cover_alt", "publish_at", "expires_at", "pinned_until", "urgent", "banner_until",
)  # fmt: skip


class NewsView(SchoolView):
    """What the module's addresses have in common."""

    def shown(self, article: Article) -> Response:
        """The article as it is now, its version in the ETag."""
        fresh = selectors.get_visible_or_404(self.viewer, article.pk)
        self.version = fresh.version
        url = school_url(self.viewer.modules.establishment, reverse("news:detail", args=[fresh.pk]))
        person = self.viewer.person
        is_author = person is not None and fresh.author_id == person.pk
        return self.reply(shapes.whole(fresh, url, shows_comment=is_author))

    def content(self, sent: dict[str, Any], article: Article | None = None) -> Content:
        """What is to be written: what was sent, and of an article the rest as it is. Raises DomainError."""
        values = {name: getattr(article, name) for name in FIELDS} if article else {}
        values |= {name: value for name, value in sent.items() if name in FIELDS}
        before = selectors.spec_of(article) if article else Spec()
        section = article.section if article else None
        if "section" in sent and (section is None or section.pk != sent["section"]):
            section = self._section(sent["section"])
        assert section is not None  # noqa: S101 -- a new article must name one
        return Content(section=section, audience=_spec(sent.get("audience"), before), **values)

    def _section(self, pk: int) -> Section:
        section = selectors.writable_sections(self.viewer).filter(pk=pk).first()
        if section is None:
            sentence = _("Vous n’écrivez pas dans cette rubrique\u00a0: choisissez-en une autre.")
            raise DomainError("section", str(sentence), {"section": str(sentence)})
        return section


def _spec(sent: dict[str, Any] | None, before: Spec) -> Spec:
    """An audience that is sent replaces the former one, and forgets the places that are gone."""
    if sent is None:
        return before
    return Spec(
        roles=frozenset(sent.get("roles", ())),
        classes=frozenset(sent.get("classes", ())),
        groups=frozenset(sent.get("groups", ())),
    )


def _not_now() -> NotAllowed:
    return NotAllowed("not-now", str(_("Cette action n’est pas possible pour cette actualité dans son état actuel.")))


class SectionsView(NewsView):
    @operation(
        name="news.sections",
        summary=_("Les rubriques"),
        query=PageQuery,
        answers=shapes.NewsSection,
        paged=True,
        **READ,
    )
    def get(self, request: Request) -> Response:
        piece = self.piece(selectors.sections_shown_to(self.viewer), order=("pk",), asked=self.asked())
        ids = [section.pk for section in piece.rows]
        writable = set(selectors.writable_sections(self.viewer).filter(pk__in=ids).values_list("pk", flat=True))
        rows = [
            {
                "id": section.pk,
                "name": section.name,
                "description": section.description,
                "is_archived": section.is_archived,
                "may_write": section.pk in writable,
            }
            for section in piece.rows
        ]
        return self.reply_piece(piece, rows)


class ArticlesView(NewsView):
    @operation(
        name="news.list",
        summary=_("Les actualités"),
        description=_("Celles que vous recevez, les plus récentes d’abord\u00a0; ou une autre liste (box)."),
        query=shapes.ArticlesQuery,
        answers=shapes.NewsRow,
        paged=True,
        **READ,
    )
    def get(self, request: Request) -> Response:
        asked, viewer = self.asked(), self.viewer
        order: tuple[str, ...] = ("-pk",)
        if asked["box"] == "written":
            rows = selectors.written_by(viewer)
        elif asked["box"] == "to_review":
            rows = selectors.to_review(viewer)
        else:
            rows, order = selectors.reading_list(viewer, unread=asked["unread"]), ("-publish_at", "-pk")
        if asked["section"] is not None:
            rows = rows.filter(section=asked["section"])
        piece = self.piece(rows, order=order, asked=asked)
        return self.reply_piece(piece, [shapes.row(article) for article in piece.rows])

    @operation(
        name="news.create",
        summary=_("Écrire un brouillon"),
        description=_("Vous seul le voyez, jusqu’à ce que vous le proposiez ou le publiiez."),
        body=shapes.NewsBody,
        answers=shapes.NewsArticle,
        status=201,
        **WRITE,
    )
    def post(self, request: Request) -> Response:
        if not selectors.writes_anywhere(self.viewer):
            raise Http404("writes nowhere")
        content = self.content(self.sent())
        return self.shown(services.create_article(viewer=self.viewer, content=content))


class ArticleView(NewsView):
    @operation(name="news.read", summary=_("Une actualité"), answers=shapes.NewsArticle, **READ)
    def get(self, request: Request, pk: int) -> Response:
        return self.shown(selectors.get_visible_or_404(self.viewer, pk))

    @operation(
        name="news.change",
        summary=_("Modifier une actualité"),
        description=_("Ce qui n’est pas envoyé demeure."),
        body=shapes.NewsChange,
        answers=shapes.NewsArticle,
        versioned=True,
        **WRITE,
    )
    def patch(self, request: Request, pk: int) -> Response:
        article = selectors.get_visible_or_404(self.viewer, pk)
        if not selectors.rights_on(self.viewer, article).edit:
            raise _not_now()
        version = self.version_read()
        content = self.content(self.sent(), article)
        return self.shown(
            services.change_article(viewer=self.viewer, article=article, version=version, content=content)
        )


class AudienceView(NewsView):
    @operation(
        name="news.audience",
        summary=_("Compter les destinataires"),
        description=_("Ce que l’on lit avant de proposer ou de publier. «\u00a0seen\u00a0» en est la preuve."),
        answers=shapes.NewsPreview,
        **WRITE,
    )
    def get(self, request: Request, pk: int) -> Response:
        article = selectors.get_visible_or_404(self.viewer, pk)
        rights = selectors.rights_on(self.viewer, article)
        if not (rights.edit or rights.publish or rights.submit):
            raise _not_now()
        return self.reply(shapes.preview(selectors.preview_of(article, self.viewer)))


class _MoveView(NewsView):
    """One step on the way of an article, from a version that was read and an audience that was counted."""

    def move(self, service: Callable[..., Article], pk: int) -> Response:
        article, version = selectors.get_visible_or_404(self.viewer, pk), self.version_read()
        return self.shown(service(viewer=self.viewer, article=article, version=version, **self.sent()))


class SubmitView(_MoveView):
    @operation(
        name="news.submit",
        summary=_("Proposer un brouillon à ceux qui valident"),
        body=shapes.SeenBody,
        answers=shapes.NewsArticle,
        versioned=True,
        **WRITE,
    )
    def post(self, request: Request, pk: int) -> Response:
        return self.move(services.submit, pk)


class PublishView(_MoveView):
    @operation(
        name="news.publish",
        summary=_("Publier une actualité"),
        description=_("Aussitôt, ou à sa date. Refusé quand les destinataires sont plus nombreux que prévu."),
        body=shapes.SeenBody,
        answers=shapes.NewsArticle,
        versioned=True,
        **PUBLISH,
    )
    def post(self, request: Request, pk: int) -> Response:
        return self.move(services.publish, pk)


class WithdrawView(NewsView):
    @operation(
        name="news.withdraw",
        summary=_("Retirer une actualité"),
        description=_("Ses lecteurs ne la voient plus, aussitôt."),
        answers=shapes.NewsArticle,
        **PUBLISH,
    )
    def post(self, request: Request, pk: int) -> Response:
        article = selectors.get_visible_or_404(self.viewer, pk)
        return self.shown(services.withdraw(viewer=self.viewer, article=article))
