"""The référent's console, under /reglages/."""

from django.urls import path

from core.modules import views

app_name = "modules"

urlpatterns = [
    path("", views.index, name="index"),
]
