"""The référent's console."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from core.permissions.guards import requires


@requires("modules.manage")
def index(request: HttpRequest) -> HttpResponse:
    return render(request, "modules/index.html")
