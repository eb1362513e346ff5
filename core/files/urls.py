"""Where files are read, on a school's host."""

from django.urls import URLPattern

app_name = "files"
urlpatterns: list[URLPattern] = []
