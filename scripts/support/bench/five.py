"""The addresses of scripts.support.bench.entering: one view, five queries of a school's tables."""

from django.contrib.sessions.models import Session
from django.http import HttpRequest, HttpResponse
from django.urls import path

from core.modules.models import ModuleChoice
from core.people.models import Person
from core.structure.models import SchoolClass, SchoolYear

MODELS = (Person, SchoolYear, SchoolClass, ModuleChoice, Session)


def five(request: HttpRequest) -> HttpResponse:
    rows = [list(model._default_manager.all()[:10]) for model in MODELS]
    return HttpResponse(str(len(rows)))


urlpatterns = [path("", five)]
