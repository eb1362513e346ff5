"""Words of the carnet for its templates."""

from django import template

from modules.liaison.models import Word
from modules.liaison.selectors.words import when_in_words

register = template.Library()


@register.filter
def word_when(word: Word) -> str:
    """« demain, jusqu’à 9 h »"""
    return when_in_words(word)
