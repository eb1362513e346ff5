"""Families' words for programs."""

from django.http import Http404
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.views import SchoolView
from core.people.families import children_seen_by
from modules.liaison import selectors, services
from modules.liaison.api import shapes
from modules.liaison.services import WordContent
from tenants.api.operations import operation

READ = {"scope": "liaison.read", "permission": "liaison.view"}


class WordsView(SchoolView):
    @operation(
        name="liaison.words",
        summary=_("Les mots des familles"),
        description=_("Ceux qui concernent vos enfants, et ceux que vous traitez."),
        query=shapes.WordsQuery,
        answers=shapes.WordShown,
        paged=True,
        **READ,
    )
    def get(self, request: Request) -> Response:
        asked = self.asked()
        rows = selectors.words_visible_to(self.viewer).select_related("child", "author")
        if asked["state"]:
            rows = rows.filter(state=asked["state"])
        if asked["day"]:
            rows = rows.filter(starts_on__lte=asked["day"], ends_on__gte=asked["day"])
        piece = self.piece(rows, order=("-pk",), asked=asked)
        return self.reply_piece(piece, [shapes.word(word) for word in piece.rows])

    @operation(
        name="liaison.write_word",
        summary=_("Écrire un mot à l’établissement"),
        body=shapes.WordBody,
        answers=shapes.WordShown,
        status=201,
        scope="liaison.answer",
        permission="liaison.ask",
    )
    def post(self, request: Request) -> Response:
        sent = self.sent()
        key, pk = sent.pop("key", None), sent.pop("child")
        child = next((one for one in children_seen_by(self.viewer) if one.pk == pk), None)
        if child is None:
            raise Http404("no child of theirs")
        word = services.write_word(viewer=self.viewer, child=child, content=WordContent(**sent), key=key)
        return self.reply(shapes.word(word))


class WordView(SchoolView):
    @operation(name="liaison.word", summary=_("Le mot d’une famille"), answers=shapes.WordShown, **READ)
    def get(self, request: Request, pk: int) -> Response:
        return self.reply(shapes.word(selectors.get_word_or_404(self.viewer, pk)))


class TreatView(SchoolView):
    @operation(
        name="liaison.treat",
        summary=_("Traiter le mot d’une famille"),
        body=shapes.TreatBody,
        answers=shapes.WordShown,
        scope="liaison.treat",
        permission="liaison.view",
    )
    def post(self, request: Request, pk: int) -> Response:
        word = selectors.get_word_or_404(self.viewer, pk)
        if not selectors.may_treat(self.viewer, word):
            raise Http404("not theirs to treat")
        services.treat(viewer=self.viewer, word=word, **self.sent())
        return self.reply(shapes.word(selectors.get_word_or_404(self.viewer, pk)))
