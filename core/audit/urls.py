"""The journal's pages, on a school's host."""

from django.urls import path

from core.audit import views

app_name = "audit"
urlpatterns = [
    path("", views.journal, name="journal"),
    path("export/", views.download, name="export"),
]
