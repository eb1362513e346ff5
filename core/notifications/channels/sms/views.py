"""The count beside a text message that is being written."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from core.notifications.channels.sms.sender import describe
from core.permissions.guards import signed_in


class CountForm(forms.Form):
    """What a form that writes a text message sends along: the text, and how many would get it."""

    text = forms.CharField(max_length=2000, required=False, strip=False)
    recipients = forms.IntegerField(min_value=0, max_value=100_000, required=False)


@signed_in
@require_POST
def count(request: HttpRequest) -> HttpResponse:
    """The same partial as on the page, counted anew. Line ends count for one character, as phones count them."""
    form = CountForm(request.POST)
    form.is_valid()
    text = form.cleaned_data.get("text", "").replace("\r\n", "\n")
    context = {"sms": describe(text, form.cleaned_data.get("recipients") or 0)}
    return render(request, "notifications/parts/sms_count.html", context)
