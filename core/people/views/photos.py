"""Photos one by one and many at once; the staff's sheet of faces."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.adoption import services as adoption
from core.jobs import services as jobs
from core.jobs.models import Run
from core.people.choices import STAFF
from core.people.photos import seeing, services, sheets
from core.people.selectors import get_visible_or_404, people_visible_to
from core.people.tasks import take_photos
from core.people.templatetags.people import roles_in_words
from core.people.web import attempt, form_page
from core.permissions.guards import requires
from core.permissions.viewer import Viewer, viewer_of
from core.privacy.models import ConsentAnswer
from core.ui import toasts
from core.ui.widgets import FileDrop
from tenants.work.models import OPEN


class PhotoForm(forms.Form):
    photo = forms.FileField(
        label=gettext_lazy("Photo"),
        widget=FileDrop(attrs={"accept": "image/*"}),
        help_text=gettext_lazy("Un portrait, de face. Elle est réduite, et perd le lieu et l’appareil."),
    )


class ArchiveForm(forms.Form):
    archive = forms.FileField(
        label=gettext_lazy("Archive .zip"),
        widget=FileDrop(attrs={"accept": ".zip"}),
        help_text=gettext_lazy(
            "Chaque fichier porte «\u00a0NOM Prénom\u00a0», l’identifiant de connexion ou celui de l’import\u00a0: "
            "«\u00a0MARTIN Zoé.jpg\u00a0»."
        ),
    )


@requires("people.manage_photos")
@require_http_methods(["GET", "HEAD", "POST"])
def photo(request: HttpRequest, pk: int) -> HttpResponse:
    """Add or replace somebody's photo; whether it is shown, and why not."""
    viewer = viewer_of(request)
    person = get_visible_or_404(viewer, pk)
    form = PhotoForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        upload = form.cleaned_data["photo"]
        if attempt(form, services.set_photo, person=person, upload=upload, actor=viewer.person):
            adoption.count("people.photo", viewer)
            toasts.done(request, _("Photo enregistrée."))
            return redirect("people:photo", pk)
    seeing.give_faces(viewer, [person])
    context = {
        "person": person,
        "title": _("Photo"),
        "answer": seeing.answers([person.pk]).get(person.pk, ""),
        "answers": ConsentAnswer.Answer,
        "by_mission": seeing.rests_on_mission(viewer.modules),
    }
    return form_page(request, form, context, "people/photo.html")


@requires("people.manage_photos")
@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    viewer = viewer_of(request)
    services.remove_photo(person=get_visible_or_404(viewer, pk), actor=viewer.person)
    toasts.done(request, _("Photo effacée."))
    return redirect("people:photo", pk)


@requires("people.manage_photos")
@require_http_methods(["GET", "HEAD", "POST"])
def many(request: HttpRequest) -> HttpResponse:
    """Send an archive; follow it; read what became of the last one."""
    viewer = viewer_of(request)
    form = ArchiveForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        stored = attempt(form, services.keep_archive, upload=form.cleaned_data["archive"], actor=viewer.person)
        if stored:
            label, actor = _("Photos d’une archive"), viewer.person
            jobs.start(take_photos, str(stored.pk), actor.pk if actor else 0, label=label, actor=actor)
            return redirect("people:photos")
    runs = Run.objects.filter(task=take_photos.name, actor=viewer.person).order_by("-created_at")
    context = {
        "run": runs.filter(state__in=OPEN).first(),
        "last": runs.first(),
        "report": services.last_report(viewer.person),
        "by_mission": seeing.rests_on_mission(viewer.modules),
    }
    return form_page(request, form, context, "people/photos.html")


def _staff(viewer: Viewer) -> sheets.Sheet:
    people = list(people_visible_to(viewer).filter(roles__overlap=sorted(STAFF)).order_by("search_text", "pk"))
    said = {person.pk: roles_in_words(person) for person in people}
    return sheets.Sheet(_("Personnels"), faces=sheets.faces(people, said))


@requires("people.view_faces")
@require_safe
def staff(request: HttpRequest) -> HttpResponse:
    """The faces of the staff."""
    viewer = viewer_of(request)
    adoption.count("people.faces", viewer)
    context = {"paper": "people:staff_faces_pdf", "back": "people:directory", "back_label": _("Annuaire")}
    return render(request, "people/staff_faces.html", context | sheets.page(viewer, _staff(viewer)))


@requires("people.view_faces")
@require_safe
def staff_pdf(request: HttpRequest) -> HttpResponse:
    viewer = viewer_of(request)
    return sheets.paper(viewer, _staff(viewer))
