"""Sections: hiding them for oneself; describing them and naming their contributors for those who may."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import DomainError
from core.people.selectors import people_visible_to
from core.permissions.guards import requires
from core.permissions.viewer import viewer_of
from core.ui.forms import add_domain_error
from core.ui.toasts import done
from modules.news import selectors, services
from modules.news.forms import AddRoleForm, ContributorForm, SectionForm
from modules.news.models import Section

FORM = require_http_methods(["GET", "HEAD", "POST"])


@requires("news.view")
@require_safe
def section_list(request: HttpRequest) -> HttpResponse:
    viewer = viewer_of(request)
    sections = list(selectors.sections_shown_to(viewer))
    mine = set(selectors.managed_sections(viewer).values_list("pk", flat=True))
    rows = [(section, viewer.can("news.manage_sections") or section.pk in mine) for section in sections]
    context = {"rows": rows, "may_create": viewer.can("news.manage_sections")}
    return render(request, "news/sections.html", context)


@requires("news.manage_sections")
@FORM
def create(request: HttpRequest) -> HttpResponse:
    form = SectionForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            section = services.create_section(viewer=viewer_of(request), values=form.cleaned_data)
        except DomainError as error:
            add_domain_error(form, error)
        else:
            done(request, _("Rubrique créée."))
            return redirect("news:section_edit", section.pk)
    return render(request, "news/section_form.html", {"form": form}, status=422 if form.is_bound else 200)


@requires("news.view")
@FORM
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Its name and look, and who writes in it; `q` looks for people to add."""
    viewer = viewer_of(request)
    section = selectors.get_described_or_404(viewer, pk)
    form = SectionForm(request.POST if request.method == "POST" else None, instance=section)
    if form.is_valid():
        try:
            services.change_section(viewer=viewer, section=section, values=form.cleaned_data)
        except DomainError as error:
            add_domain_error(form, error)
        else:
            done(request, _("Rubrique enregistrée."))
            return redirect("news:section_edit", pk)
    words = request.GET.get("q", "")[:100]
    context = {
        "form": form, "section": selectors.get_section_or_404(pk), "words": words,
        "lines": section.contributors.select_related("person"),
        "found": selectors.possible_contributors(viewer, section, words), "role_form": AddRoleForm(),
    }  # fmt: skip
    return render(request, "news/section_form.html", context, status=422 if form.is_bound else 200)


@requires("news.view")
@require_POST
def archive(request: HttpRequest, pk: int) -> HttpResponse:
    viewer = viewer_of(request)
    services.archive_section(viewer=viewer, section=selectors.get_described_or_404(viewer, pk))
    done(request, _("Rubrique archivée."), undo_url=reverse("news:section_reopen", args=[pk]))
    return redirect("news:sections")


@requires("news.view")
@require_POST
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    viewer = viewer_of(request)
    services.reopen_section(viewer=viewer, section=selectors.get_described_or_404(viewer, pk))
    done(request, _("Rubrique rouverte."), undo_url=reverse("news:section_archive", args=[pk]))
    return redirect("news:sections")


@requires("news.view")
@require_POST
def hide(request: HttpRequest, pk: int) -> HttpResponse:
    section = selectors.get_section_or_404(pk)
    services.hide_section(viewer=viewer_of(request), section=section)
    text = _("« %(section)s » n’apparaît plus dans vos actualités.") % {"section": section}
    done(request, text, undo_url=reverse("news:section_show", args=[pk]))
    return redirect("news:sections")


@requires("news.view")
@require_POST
def show(request: HttpRequest, pk: int) -> HttpResponse:
    section = selectors.get_section_or_404(pk)
    services.show_section(viewer=viewer_of(request), section=section)
    done(request, _("« %(section)s » est de nouveau dans vos actualités.") % {"section": section})
    return redirect("news:sections")


@requires("news.view")
@require_POST
def set_contributor(request: HttpRequest, pk: int) -> HttpResponse:
    viewer = viewer_of(request)
    section = selectors.get_described_or_404(viewer, pk)
    form = ContributorForm(request.POST)
    if not form.is_valid():
        raise DomainError("contributor", _("Choisissez une personne ou un rôle."))
    values = form.cleaned_data
    person = get_object_or_404(people_visible_to(viewer), pk=values["person"]) if values["person"] else None
    services.set_contributor(
        viewer=viewer, section=section, person=person, role=values["role"], manages=values["manages"]
    )
    return _back_to(request, section, _("Contributeurs enregistrés."))


@requires("news.view")
@require_POST
def remove_contributor(request: HttpRequest, pk: int, line: int) -> HttpResponse:
    viewer = viewer_of(request)
    section = selectors.get_described_or_404(viewer, pk)
    services.remove_contributor(viewer=viewer, section=section, contributor_id=line)
    return _back_to(request, section, _("Contributeur retiré."))


def _back_to(request: HttpRequest, section: Section, text: str) -> HttpResponse:
    """To the section's page while one may still open it: one may have removed oneself."""
    done(request, text)
    try:
        selectors.get_described_or_404(viewer_of(request), section.pk)
    except Http404:
        return redirect("news:sections")
    return redirect("news:section_edit", section.pk)
