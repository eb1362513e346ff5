"""The vocabulary of templates, a builtin: no `{% load %}` needed. `core/ui/README.md` shows each."""

from datetime import date, datetime, timedelta
from typing import Any

from django import template
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.paginator import Page
from django.forms import BaseForm, BoundField
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeData, SafeString, mark_safe

from core.ui import fields, icons, richtext, toasts, typography

register = template.Library()


def _static(path: str) -> str:
    """The hashed address; the plain one while nothing is collected: an error page can always be shown."""
    try:
        return staticfiles_storage.url(path)
    except ValueError:
        return f"{settings.STATIC_URL}{path}"


@register.simple_tag
def asset(path: str) -> str:
    return _static(path)


@register.simple_tag
def icon(name: str, label: str = "", size: str = "") -> SafeString:
    """An icon of the sprite; decorative unless it has a label."""
    meaning = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="icon{}" {} focusable="false"><use href="{}#{}"/></svg>',
        f" {size}" if size else "", meaning, _static("ui/icons.svg"), icons.symbol(str(name)),
    )  # fmt: skip


# --- Forms ----------------------------------------------------------------------------------------------
@register.simple_tag(takes_context=True)
def field(context: template.Context, bound: BoundField, **options: Any) -> SafeString:
    """One field with its label, help and errors. Options: see `core.ui.fields.describe`."""
    if bound.is_hidden:
        return mark_safe(str(bound))  # noqa: S308 -- rendered by Django
    described = fields.describe(bound, **options)
    described["scripts"] = _first_time(context, described["scripts"])
    return mark_safe(render_to_string("ui/field.html", described))  # noqa: S308 -- an autoescaped template


def _first_time(context: template.Context, scripts: tuple[str, ...]) -> list[str]:
    seen: Any = context.render_context.setdefault("ui_scripts", set())  # type: ignore[arg-type]
    fresh = [script for script in scripts if script not in seen]
    seen.update(fresh)
    return fresh


@register.simple_tag(takes_context=True)
def form_fields(context: template.Context, form: BaseForm, only: str = "", without: str = "") -> SafeString:
    """All fields of the form, or those named in `only` ("a,b"), hidden ones included."""
    wanted, unwanted = _names(only), _names(without)
    names = [name for name in (wanted or form.fields) if name not in unwanted]
    return mark_safe("".join(field(context, form[name]) for name in names))  # noqa: S308 -- made of safe strings


def _names(text: str) -> list[str]:
    return [name for name in text.replace(",", " ").split() if name]


@register.inclusion_tag("ui/error_summary.html")
def form_errors(form: BaseForm) -> dict[str, Any]:
    """The summary on top of a refused form, each line a link to its field."""
    lines = []
    for bound in form:
        for message in bound.errors:
            lines.append({"label": bound.label, "message": message, "target": fields.focus_id(bound)})
    return {"general": form.non_field_errors(), "lines": lines, "shown": form.is_bound and bool(form.errors)}


@register.filter
def is_multipart(form: BaseForm) -> bool:
    return form.is_multipart()


# --- Blocks that hold other things ----------------------------------------------------------------------
def _trimmed(content: str) -> SafeString:
    return mark_safe(content.strip())  # noqa: S308 -- the block's nodes have escaped it


@register.simple_block_tag
def alert(content: str, kind: str = "info", title: str = "") -> str:
    """`{% alert "care" title="…" %}…{% endalert %}`; kinds: info, ok, care, danger, plain."""
    return render_to_string("ui/alert.html", {"content": content, "kind": kind, "title": title})


@register.simple_block_tag
def page_header(
    content: str, title: str, lead: str = "", back_url: str = "", back_label: str = "", eyebrow: str = ""
) -> str:
    """The page's title; the content holds its actions, the one accented first."""
    return render_to_string(
        "ui/page_header.html",
        {
            "title": title, "actions": _trimmed(content), "lead": lead,
            "back_url": back_url, "back_label": back_label, "eyebrow": eyebrow,
        },
    )  # fmt: skip


@register.simple_block_tag
def empty_state(content: str, icon: str, title: str, text: str = "") -> str:
    """What an empty page says to do first; the content holds the buttons."""
    context = {"content": _trimmed(content), "icon": icon, "title": title, "text": text}
    return render_to_string("ui/empty.html", context)


@register.simple_block_tag
def dialog(content: str, id: str, title: str) -> str:
    """A dialog that `<a href="#id" data-dialog="id">` opens; a part of the page without scripts."""
    return render_to_string("ui/dialog.html", {"content": content, "id": id, "title": title})


@register.simple_block_tag
def menu(content: str, label: str, icon: str = "ellipsis", text: bool = False) -> str:
    """A menu of `.menu-item`s behind a button, as `<details>`: no script needed."""
    return render_to_string("ui/menu.html", {"content": content, "label": label, "icon": icon, "text": text})


# --- People ---------------------------------------------------------------------------------------------
@register.inclusion_tag("ui/person_chip.html")
def person_chip(
    person: Any = None, detail: str = "", href: str = "", size: str = "", name: str = ""
) -> dict[str, Any]:
    """A face or initials, a name, a detail (role, class). `person` may give `photo_url`."""
    shown = name or str(getattr(person, "display_name", "") or person)
    photo = getattr(person, "photo_url", "") if person else ""
    return {
        "name": shown, "initials": typography.initials(shown), "photo": photo,
        "detail": detail, "href": href, "size": size,
    }  # fmt: skip


@register.inclusion_tag("ui/avatar.html")
def avatar(person: Any = None, size: str = "", name: str = "") -> dict[str, Any]:
    shown = name or str(getattr(person, "display_name", "") or person)
    photo = getattr(person, "photo_url", "") if person else ""
    return {"initials": typography.initials(shown), "photo": photo, "size": size}


@register.inclusion_tag("ui/child_chip.html")
def child_chip(child: Any, number: int = 1) -> dict[str, Any]:
    """Which child: a colour, a shape and a letter. `number` counts a guardian's children from 1."""
    name = str(getattr(child, "first_name", "") or getattr(child, "label", "") or child)
    return {"name": name, "letter": name[:1].upper(), "number": (int(number) - 1) % 6 + 1}


# --- Words ----------------------------------------------------------------------------------------------
@register.filter
def in_words(value: date | datetime | None) -> str:
    return typography.in_words(value)


@register.simple_tag
def when(value: date | datetime | None) -> SafeString:
    """The date in words inside a `<time>` that keeps it exact."""
    if value is None:
        return mark_safe("")
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), typography.in_words(value))


@register.filter
def duration(value: timedelta | int | None) -> str:
    return typography.duration_in_words(value)


@register.filter
def typo(value: Any) -> str:
    """French spaces before : ; ? ! and inside « », French apostrophes; safe HTML stays safe."""
    text = str(value) if isinstance(value, Promise) else value
    if isinstance(text, SafeData):
        return mark_safe(typography.french(str(text), is_html=True))  # noqa: S308 -- only spaces change
    return typography.french(str(text))


@register.filter
def nbsp(value: Any) -> str:
    """Every space unbreakable."""
    text = str(value).replace(" ", typography.NBSP)
    return mark_safe(text) if isinstance(value, SafeData) else text  # noqa: S308 -- only spaces change


@register.filter
def counted(number: int, words: str) -> str:
    """`{{ 3|counted:"famille,familles" }}` → « 3 familles »"""
    singular, _, plural = str(words).partition(",")
    return typography.counted(int(number), singular, plural or f"{singular}s")


@register.filter
def initials(name: Any) -> str:
    return typography.initials(str(name))


@register.filter
def rich(source: str | None) -> SafeString:
    """Light Markdown as safe HTML; put it inside `<div class="prose">`."""
    return richtext.to_html(source or "")


@register.filter
def excerpt(source: str | None, length: int = 180) -> str:
    return richtext.excerpt(source or "", int(length))


# --- Page parts -----------------------------------------------------------------------------------------
@register.inclusion_tag("ui/pagination.html", takes_context=True)
def pagination(context: template.Context, page: Page, word: str = "") -> dict[str, Any]:
    """Previous and next, keeping the filters in the address. `word`: "article,articles"."""
    request = context.get("request")
    return {"page": page, "query": request.GET if request else QueryDict(""), "word": word}


@register.filter
def undo_url(message: Any) -> str:
    return toasts.undo_url(message.extra_tags)


@register.filter
def alert_kind(message: Any) -> str:
    """A Django message's level as a kind of alert."""
    return {"success": "ok", "warning": "care", "error": "danger"}.get(message.level_tag, "info")


@register.filter
def is_toast(message: Any) -> bool:
    """Good news leaves by itself; warnings and errors stay in the page."""
    return message.level_tag in {"success", "info", "debug"}


@register.filter
def with_class(bound: BoundField, css: str) -> SafeString:
    """A bare control with a class, for places that write their own label."""
    return bound.as_widget(attrs={"class": css})
