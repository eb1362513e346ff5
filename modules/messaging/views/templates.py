"""Templates: words to begin with, of one's own and of the school."""

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.people.web import attempt, form_page
from core.permissions.guards import requires
from core.permissions.viewer import Viewer, viewer_of
from core.ui.toasts import done
from modules.messaging.forms_templates import TemplateForm
from modules.messaging.models import Template
from modules.messaging.services import templates as services

_FORM = require_http_methods(["GET", "HEAD", "POST"])


def _open_to(viewer: Viewer) -> QuerySet[Template]:
    """One's own and the school's, the school's first."""
    rows = Template.objects.filter(Q(person=viewer.person) | Q(person=None))
    return rows.order_by("person_id", "name", "pk")


def _changeable(viewer: Viewer) -> QuerySet[Template]:
    own = Q(person=viewer.person)
    return Template.objects.filter(own | Q(person=None) if viewer.can(services.MANAGE) else own)


@requires("messaging.write")
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    viewer = viewer_of(request)
    manages = viewer.can(services.MANAGE)
    rows = [(row, row.person_id is not None or manages) for row in _open_to(viewer)]
    context = {
        "own": [row for row in rows if row[0].person_id is not None],
        "school": [row for row in rows if row[0].person_id is None],
        "manages": manages,
        "name": viewer.modules["messaging"].name,
    }
    return render(request, "messaging/rules/templates.html", context)


@requires("messaging.write")
@_FORM
def create(request: HttpRequest) -> HttpResponse:
    """One's own, or with `pour=etablissement` the school's, for those who may."""
    viewer = viewer_of(request)
    of_school = request.GET.get("pour") == "etablissement" and viewer.can(services.MANAGE)
    form = TemplateForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and attempt(form, services.keep, viewer=viewer, of_school=of_school, **form.cleaned_data):
        done(request, _("Modèle enregistré."))
        return redirect("messaging:templates")
    context = {"of_school": of_school, "fields": services.FIELDS}
    return form_page(request, form, context, "messaging/rules/template.html")


@requires("messaging.write")
@_FORM
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    viewer = viewer_of(request)
    row = get_object_or_404(_changeable(viewer), pk=pk)
    initial = {"name": row.name, "subject": row.subject, "body": row.body}
    form = TemplateForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid() and attempt(form, services.keep, viewer=viewer, template=row, **form.cleaned_data):
        done(request, _("Modèle enregistré."))
        return redirect("messaging:templates")
    context = {"row": row, "of_school": row.person_id is None, "fields": services.FIELDS}
    return form_page(request, form, context, "messaging/rules/template.html")


@requires("messaging.write")
@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    viewer = viewer_of(request)
    services.remove(viewer=viewer, template=get_object_or_404(_changeable(viewer), pk=pk))
    done(request, _("Modèle supprimé."))
    return redirect("messaging:templates")
