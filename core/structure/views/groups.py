"""Groups: each one's page, and who is in it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.people.choices import Role
from core.people.records import version_of
from core.people.web import attempt, done, form_page, pick
from core.permissions.guards import requires
from core.permissions.viewer import viewer_of
from core.structure import pages, services
from core.structure.forms import EndForm, GroupForm, PeopleForm, RuleForm
from core.structure.models import GroupMembership
from core.structure.selectors import current_year, get_visible_group_or_404, rule_choices
from core.ui import toasts
from core.ui.typography import counted


@requires("structure.view")
def group(request: HttpRequest, pk: int) -> HttpResponse:
    viewer = viewer_of(request)
    return render(
        request, "structure/group.html", pages.group_page(viewer, get_visible_group_or_404(viewer, pk))
    )


@requires("structure.manage")
def create(request: HttpRequest) -> HttpResponse:
    year = current_year()
    if year is None:
        return redirect("structure:years")
    form = GroupForm(request.POST or None, year=year)
    if form.is_valid():
        made = attempt(
            form, services.create_group, year=year, actor=viewer_of(request).person, **form.values()
        )
        if made:
            toasts.done(request, _("Groupe créé."))
            return redirect("structure:group", made.pk)
    context = {"title": _("Nouveau groupe"), "lead": str(year), "submit": _("Créer le groupe")}
    return form_page(request, form, {**context, "back": "structure:classes"})


@requires("structure.manage")
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_visible_group_or_404(viewer_of(request), pk)
    form = GroupForm(request.POST or None, instance=found, year=found.year)
    actor = viewer_of(request).person
    if form.is_valid() and attempt(
        form, services.update_group, group=found, actor=actor, version=form.seen, **form.values()
    ):
        toasts.done(request, _("Groupe enregistré."))
        return redirect("structure:group", pk)
    context = {"title": _("Modifier le groupe"), "away": reverse("structure:group", args=[pk])}
    context["delete_url"] = reverse("structure:group_delete", args=[pk])
    return form_page(request, form, context, "structure/form.html")


@requires("structure.manage")
def rule(request: HttpRequest, pk: int) -> HttpResponse:
    """Who is in the group by itself: shown in names before it is kept."""
    found = get_visible_group_or_404(viewer_of(request), pk)
    initial = {**found.rule, "version": version_of(found)}
    form = RuleForm(request.POST or None, choices=rule_choices(found.year), initial=initial)
    effect = None
    if form.is_valid():
        chosen = {name: values for name, values in form.values().items() if values}
        if "preview" in request.POST:
            effect = pages.rule_effect(found, chosen)
        elif kept := attempt(
            form, services.set_group_rule, group=found, actor=viewer_of(request).person, version=form.seen, **chosen
        ):
            entered = counted(len(kept.entering), "élève entré", "élèves entrés")
            left = counted(len(kept.leaving), "sorti", "sortis")
            done_words = {"entered": entered, "left": left}
            toasts.done(request, _("Règle enregistrée\u00a0: %(entered)s, %(left)s.") % done_words)
            return redirect("structure:group", pk)
    context = {"group": found, "effect": effect, "away": reverse("structure:group", args=[pk])}
    return form_page(request, form, context, "structure/group_rule.html")


@requires("structure.manage")
@require_POST
def drop_rule(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_visible_group_or_404(viewer_of(request), pk)
    services.drop_group_rule(group=found, actor=viewer_of(request).person)
    toasts.done(request, _("Le groupe ne suit plus de règle. Ses élèves y restent."))
    return redirect("structure:group", pk)


@requires("structure.manage")
@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_visible_group_or_404(viewer_of(request), pk)
    services.delete_group(group=found, actor=viewer_of(request).person)
    toasts.done(request, _("Groupe supprimé."))
    return redirect("structure:classes")


@requires("structure.manage")
def add_pupils(request: HttpRequest, pk: int) -> HttpResponse:
    """Pupils enter the group; all of those chosen or none."""
    viewer = viewer_of(request)
    found = get_visible_group_or_404(viewer, pk)
    pupils = pages.candidates(viewer, Role.PUPIL)
    form = PeopleForm(request.POST or None, candidates=pupils)
    if form.is_valid():
        chosen, day = list(form.cleaned_data["person"]), form.cleaned_data["starts_on"]
        if attempt(
            form, services.add_pupils_to_group, group=found, pupils=chosen, actor=viewer.person, starts_on=day
        ):
            toasts.done(
                request, _("%(pupils)s dans le groupe.") % {"pupils": counted(len(chosen), "élève", "élèves")}
            )
            return redirect("structure:group", pk)
    context = {
        "title": _("Ajouter des élèves"),
        "lead": found.name,
        "pick": pick(request, pupils, label=_("Élèves"), many=True),
        "submit": _("Ajouter"),
        "away": reverse("structure:group", args=[pk]),
    }
    return form_page(request, form, context, "structure/pick_form.html")


@requires("structure.manage")
def end_membership(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody's last day in a group."""
    row = get_object_or_404(GroupMembership.objects.select_related("person", "group"), pk=pk)
    form = EndForm(request.POST or None, initial={"version": version_of(row)})
    away = reverse("structure:group", args=[row.group_id])
    actor = viewer_of(request).person
    if form.is_valid() and done(
        form, services.end_group_membership, membership=row, actor=actor, version=form.seen, **form.values()
    ):
        toasts.done(request, _("%(name)s quitte le groupe.") % {"name": row.person.full_name})
        return redirect(away)
    title = _("Retirer de %(name)s") % {"name": row.group.name}
    context = {"title": title, "lead": row.person.full_name, "submit": _("Retirer du groupe"), "away": away}
    return form_page(request, form, context, "structure/form.html")
