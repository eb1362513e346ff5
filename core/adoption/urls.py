"""The référent's pages, under /usages/."""

from django.urls import path

from core.adoption import views

app_name = "adoption"
urlpatterns = [
    path("", views.index, name="index"),
    path("export.csv", views.export, name="export"),
    path("decider/", views.decide, name="decide"),
    path("modules/<slug:slug>/", views.module, name="module"),
]
