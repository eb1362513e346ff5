"""`{% load search %}`: what was typed, marked in what was found."""

from django import template
from django.utils.safestring import SafeString

from core.search.text import marked

register = template.Library()


@register.filter
def mark(text: str, words: list[str]) -> SafeString:
    return marked(str(text), words)
