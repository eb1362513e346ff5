"""Between services and forms."""

from django.forms import BaseForm

from core.errors import DomainError


def add_domain_error(form: BaseForm, error: DomainError) -> None:
    """Put a service's refusal where its reader will mend it: beside the fields it names, else on top."""
    known = {name: text for name, text in error.fields.items() if name in form.fields}
    for name, text in known.items():
        form.add_error(name, text)
    if not known:
        form.add_error(None, error.message)
