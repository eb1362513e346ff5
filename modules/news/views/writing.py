"""Writing: one's own articles, the form, the audience counted while one chooses."""

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import Conflict, DomainError
from core.permissions.guards import requires
from core.permissions.viewer import viewer_of
from core.ui.forms import add_domain_error
from core.ui.toasts import done
from modules.news import selectors, services
from modules.news.forms import ArticleForm, AudienceForm
from modules.news.models import Article
from modules.news.views.parts import header, page_of

FORM = require_http_methods(["GET", "HEAD", "POST"])


@requires("news.view")
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """One's own articles with the state of each."""
    page = page_of(request, selectors.written_by(viewer_of(request)))
    now = timezone.now()
    rows = [(article, article.state(now)) for article in page]
    return render(request, "news/mine.html", header(request) | {"page": page, "rows": rows})


@requires("news.view")
@FORM
def create(request: HttpRequest) -> HttpResponse:
    viewer = viewer_of(request)
    if not selectors.writes_anywhere(viewer):
        raise Http404("writes nowhere")
    form = ArticleForm(viewer, _data(request), request.FILES or None)
    if form.is_valid():
        try:
            article = services.create_article(viewer=viewer, content=form.content(), changes=form.changes())
        except DomainError as error:
            add_domain_error(form, error)
        else:
            return _saved(request, article)
    return _form_page(request, form)


@requires("news.view")
@FORM
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    viewer = viewer_of(request)
    article = selectors.get_visible_or_404(viewer, pk)
    if not selectors.rights_on(viewer, article).edit:
        raise Http404("not theirs to change")
    form = ArticleForm(viewer, _data(request), request.FILES or None, article=article)
    if form.is_valid():
        version = form.cleaned_data["version"] or 0
        try:
            services.change_article(
                viewer=viewer,
                article=article,
                version=version,
                content=form.content(),
                changes=form.changes(),
            )
        except Conflict:
            return _conflict(request, form, article)
        except DomainError as error:
            add_domain_error(form, error)
        else:
            return _saved(request, article)
    return _form_page(request, form, article=article)


@requires("news.view")
@require_POST
def audience_count(request: HttpRequest) -> HttpResponse:
    """How many the chosen audience reaches, while it is being chosen. Changes nothing."""
    viewer = viewer_of(request)
    if not selectors.writes_anywhere(viewer):
        raise Http404("writes nowhere")
    form = AudienceForm(viewer, request.POST)
    counted = selectors.count_in_words(form.spec(), viewer) if form.is_valid() else {}
    return render(request, "ui/audience_count.html", counted)


def _data(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _saved(request: HttpRequest, article: Article) -> HttpResponse:
    if "check" in request.POST:
        return redirect("news:check", article.pk)
    done(request, _("Actualité enregistrée."))
    return redirect("news:detail", article.pk)


def _form_page(
    request: HttpRequest, form: ArticleForm, *, article: Article | None = None, status: int = 422
) -> HttpResponse:
    """422 for a form that was refused. Browsers do not send files twice: the page says so."""
    files_lost = form.is_bound and any(request.FILES.getlist(name) for name in request.FILES)
    context = {"form": form, "article": article, "files_lost": files_lost}
    return render(request, "news/form.html", context, status=status if form.is_bound else 200)


def _conflict(request: HttpRequest, form: ArticleForm, article: Article) -> HttpResponse:
    """Somebody else saved first: what was typed stays, theirs is shown, and saving again is a choice."""
    theirs = selectors.get_visible_or_404(viewer_of(request), article.pk)
    typed = request.POST.copy()
    typed["version"] = str(theirs.version)
    form.data = typed
    context = {"form": form, "article": theirs, "conflict": True, "files_lost": bool(request.FILES)}
    return render(request, "news/form.html", context, status=409)
