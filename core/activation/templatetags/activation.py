"""Links to activation from the pages of people. `{% load activation %}`"""

from django import template
from django.urls import reverse

from core.activation.services.recovery import may_give
from core.people.models import Person
from core.permissions.viewer import viewer_of

register = template.Library()


@register.simple_tag(takes_context=True)
def code_url(context: template.Context, person: Person) -> str:
    """Where the viewer makes a code for this person; "" when they may not."""
    viewer = viewer_of(context["request"])
    return reverse("activation:code", args=[person.pk]) if may_give(viewer, person) else ""


@register.simple_tag(takes_context=True)
def activation_url(context: template.Context) -> str:
    """The page of activations, for those who follow them; "" for others."""
    viewer = viewer_of(context["request"])
    return reverse("activation:overview") if viewer.can("activation.manage") else ""
