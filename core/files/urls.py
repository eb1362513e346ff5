"""Where files are read, on a school's host."""

from django.urls import path

from core.files import views

app_name = "files"
urlpatterns = [
    path("<uuid:pk>/", views.serve, name="serve"),
    path("<uuid:pk>/vignette/", views.thumb, name="thumb"),
]
