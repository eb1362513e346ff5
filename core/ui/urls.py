"""Addresses of the design system, on both kinds of host."""

from django.urls import path, register_converter

from core.ui import views


class HexColour:
    regex = "[0-9a-f]{6}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(HexColour, "hexcolour")

app_name = "ui"
urlpatterns = [
    path("ui/accent-<hexcolour:digits>.css", views.accent, name="accent"),
    path("ui/", views.style_page, name="style"),
]
