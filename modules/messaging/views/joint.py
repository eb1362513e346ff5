"""« Mes messages » at the front door. Opening one is entering its school."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_safe

from modules.messaging import joint
from tenants.accounts import sessions
from tenants.accounts.guards import account_signed_in


@account_signed_in
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    schools = joint.mail_of(user, second_factor=bool(request.session.get(sessions.MFA_AT)))
    unread = sum(one.mail.unread for one in schools if one.mail)
    response = render(request, "messaging/joint.html", {"schools": schools, "unread": unread})
    add_never_cache_headers(response)
    return response
