"""The journal's pages, on a school's host."""

from django.urls import URLPattern

app_name = "audit"
urlpatterns: list[URLPattern] = []
