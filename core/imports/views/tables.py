"""Tables of the school's own: what each column holds, and models to start from."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.imports import selectors
from core.imports.forms import ColumnsForm
from core.imports.readers import table
from core.imports.services import tables
from core.people.web import attempt, form_page
from core.permissions.guards import requires
from core.permissions.viewer import viewer_of
from core.ui import sheets

_MODELS: dict[str, Any] = {"eleves": "pupils", "personnels": "staff"}
_TYPES: dict[str, Any] = {"csv": "text/csv; charset=utf-8", "xlsx": sheets.XLSX}


@requires("imports.manage")
def columns(request: HttpRequest, pk: int) -> HttpResponse:
    """The table's columns with their first values, and what each is taken for; read again with the answer."""
    run = selectors.get_run_or_404(pk)
    seen = tables.columns_of(run)
    fields = [(name, str(label)) for name, label in table.FIELDS]
    initial = {f"c{n}": seen.mapping.get(header, "") for n, header in enumerate(seen.headers)}
    form = ColumnsForm(request.POST or None, headers=seen.headers, fields=fields, initial=initial)
    for number, samples in enumerate(seen.samples):
        shown = ", ".join(value for value in samples if value)
        form.fields[f"c{number}"].help_text = _("Par exemple\u00a0: %(values)s") % {"values": shown} if shown else ""
    if form.is_valid() and attempt(
        form, tables.read_again, run=run, mapping=form.mapping(), actor=viewer_of(request).person
    ):
        return redirect("imports:run", pk)
    context = {
        "title": _("Ce que contient chaque colonne"),
        "lead": _("Préau s’en souvient pour le prochain fichier qui a les mêmes colonnes."),
        "away": reverse("imports:run", args=[pk]),
        "submit": _("Lire le fichier ainsi"),
    }
    return form_page(request, form, context, "imports/columns.html")


@requires("imports.manage")
@require_safe
def template(request: HttpRequest, slug: str, extension: Any) -> HttpResponse:
    """An empty table with the columns that are recognised."""
    kind = _MODELS.get(slug)
    if kind is None or extension not in _TYPES:
        raise Http404("no such model")
    content = table.template(kind, extension)
    return sheets.download(content, f"modele-{slug}.{extension}", _TYPES[extension])
