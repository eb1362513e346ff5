"""Loading the directory of establishments from the console."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tenants.accounts.guards import regional
from tenants.errors import DomainError
from tenants.establishments.models import ImportRun
from tenants.establishments.services import imports
from tenants.portal import words
from tenants.portal.forms import DirectoryForm, add_refusal
from tenants.portal.views.access import ADMINISTRATOR, require_whole_region

_WORKING = {ImportRun.State.WAITING, ImportRun.State.ANALYSING, ImportRun.State.APPLYING}
_PAGE = 20


@regional(ADMINISTRATOR)
@require_http_methods(["GET", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """Choose a file; the former loadings."""
    require_whole_region(request)
    form = DirectoryForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            run = imports.start(upload=form.cleaned_data["file"], actor=request.user)  # type: ignore[arg-type]
        except DomainError as error:
            add_refusal(form, error)
        else:
            return redirect("portal:import", run.pk)
    page = Paginator(ImportRun.objects.all(), _PAGE).get_page(request.GET.get("page"))
    status = 422 if request.method == "POST" else 200
    return render(request, "portal/imports.html", {"form": form, "page": page}, status=status)


@regional(ADMINISTRATOR)
@require_safe
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """How far the loading is; the difference, once it is known."""
    require_whole_region(request)
    run = get_object_or_404(ImportRun, pk=pk)
    working = run.state in _WORKING
    context = {
        "run": run,
        "working": working,
        "difference": {} if working else words.difference_in_words(imports.difference_of(run)),
        "has_refused_file": not working and imports.refused_file_of(run) is not None,
    }
    if request.headers.get("HX-Request") == "true" and working:
        return render(request, "portal/import.html#progress", context)
    response = render(request, "portal/import.html", context)
    if request.headers.get("HX-Request") == "true":
        response.headers["HX-Refresh"] = "true"
    return response


@regional(ADMINISTRATOR)
@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    require_whole_region(request)
    run = get_object_or_404(ImportRun, pk=pk)
    imports.confirm(run, actor=request.user)  # type: ignore[arg-type]
    return redirect("portal:import", run.pk)


@regional(ADMINISTRATOR)
@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    require_whole_region(request)
    imports.cancel(get_object_or_404(ImportRun, pk=pk), actor=request.user)  # type: ignore[arg-type]
    messages.success(request, _("Chargement abandonné. Rien n’a changé."))
    return redirect("portal:imports")


@regional(ADMINISTRATOR)
@require_safe
def refused(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The refused lines with their reasons, to correct and load again."""
    require_whole_region(request)
    path = imports.refused_file_of(get_object_or_404(ImportRun, pk=pk))
    if path is None:
        raise Http404("no refused line")
    return FileResponse(
        path.open("rb"), as_attachment=True, filename=f"refus-{pk}.csv", content_type="text/csv"
    )
