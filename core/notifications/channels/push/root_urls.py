"""What browsers want at the root of a school's host."""

from django.urls import path

from core.notifications.channels.push import views

app_name = "push"
urlpatterns = [
    path("sw.js", views.worker, name="worker"),
    path("application.webmanifest", views.app, name="app"),
]
