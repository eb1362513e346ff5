"""From a draft to readers: the counted page, the queue of proposals, and the ways back."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import Conflict, DomainError
from core.permissions.guards import requires
from core.permissions.viewer import viewer_of
from core.ui.forms import add_domain_error
from core.ui.toasts import done
from modules.news import selectors, services
from modules.news.choices import State
from modules.news.forms import SeenForm, SendBackForm
from modules.news.models import Article
from modules.news.views.parts import about, header, page_of


@requires("news.view")
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """Proposals that wait for the viewer, the longest waiting first."""
    viewer = viewer_of(request)
    if not selectors.reviews_anything(viewer):
        raise Http404("reviews nothing")
    page = page_of(request, selectors.to_review(viewer))
    return render(request, "news/queue.html", header(request) | {"page": page})


@requires("news.view")
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """The last page before readers: the article as they will see it, who they are, what to know first."""
    viewer = viewer_of(request)
    article = selectors.get_visible_or_404(viewer, pk)
    rights = selectors.rights_on(viewer, article)
    if not (rights.publish or rights.submit):
        raise Http404("nothing to publish")
    form = SeenForm(request.POST if request.method == "POST" else None)
    if not form.is_bound:
        return _check_page(request, article)
    if not form.is_valid():
        unread = DomainError("unread", str(_("Vérifiez les destinataires, puis recommencez.")))
        return _check_page(request, article, error=unread)
    act = services.publish if rights.publish else services.submit
    try:
        article = act(viewer=viewer, article=article, **form.cleaned_data)
    except DomainError as error:
        return _check_page(request, article, error=error)
    return _sent(request, article)


@requires("news.view")
@require_POST
def send_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a proposal back to its author with a comment."""
    viewer = viewer_of(request)
    article = selectors.get_visible_or_404(viewer, pk)
    if not selectors.rights_on(viewer, article).send_back:
        raise Http404("nothing to send back")
    form = SendBackForm(request.POST)
    if form.is_valid():
        try:
            services.send_back(viewer=viewer, article=article, **form.cleaned_data)
        except DomainError as error:
            add_domain_error(form, error)
        else:
            done(request, str(_("Actualité renvoyée à son auteur, avec votre commentaire.")))
            return redirect("news:queue")
    return _check_page(request, article, send_back_form=form)


@dataclass(frozen=True)
class Move:
    """One step back or forth: the service, what the toast says, the step that undoes it, where one lands."""

    service: Callable[..., Article]
    says: Any
    undo: str = ""
    lands: str = "news:detail"


MOVES = {
    "recall": Move(services.recall, _("Proposition reprise\u00a0: c’est de nouveau un brouillon.")),
    "withdraw": Move(services.withdraw, _("Actualité retirée."), undo="news:restore"),
    "restore": Move(services.restore, _("Actualité remise en ligne."), undo="news:withdraw"),
    "reopen": Move(services.reopen, _("L’actualité est de nouveau un brouillon.")),
    "discard": Move(services.discard, _("Actualité supprimée."), undo="news:recover", lands="news:mine"),
    "recover": Move(services.recover, _("Actualité récupérée, en brouillon.")),
}


@requires("news.view")
@require_POST
def move(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    viewer = viewer_of(request)
    article = selectors.get_visible_or_404(viewer, pk)
    step = MOVES[verb]
    step.service(viewer=viewer, article=article)
    done(request, str(step.says), undo_url=reverse(step.undo, args=[pk]) if step.undo else "")
    return redirect(step.lands, *([pk] if step.lands == "news:detail" else []))


def _check_page(
    request: HttpRequest,
    article: Article,
    *,
    error: DomainError | None = None,
    send_back_form: SendBackForm | None = None,
) -> HttpResponse:
    viewer = viewer_of(request)
    fresh = selectors.get_visible_or_404(viewer, article.pk)
    preview = selectors.preview_of(fresh, viewer)
    context = about(viewer, fresh) | {
        "preview": preview,
        "error": error,
        "form": SeenForm(initial={"version": fresh.version, "seen": preview.fingerprint}),
        "send_back_form": send_back_form or SendBackForm(initial={"version": fresh.version}),
        "now": timezone.now(),
    }
    status = _status(error, send_back_form)
    return render(request, "news/check.html", context, status=status)


def _status(error: DomainError | None, send_back_form: SendBackForm | None) -> int:
    if isinstance(error, Conflict):
        return 409
    return 422 if error or send_back_form else 200


def _sent(request: HttpRequest, article: Article) -> HttpResponse:
    """Say what has just happened, with the way back."""
    state = about(viewer_of(request), article)["state"]
    says = {
        State.SUBMITTED: (_("Actualité proposée à la validation."), "news:recall"),
        State.SCHEDULED: (_("Parution programmée."), "news:withdraw"),
    }.get(state, (_("Actualité publiée."), "news:withdraw"))
    done(request, str(says[0]), undo_url=reverse(says[1], args=[article.pk]))
    return redirect("news:detail", article.pk)
