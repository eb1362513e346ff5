"""Addresses of what keeps the messagerie safe; part of `urls.py`."""

from django.urls import path

from modules.messaging.views import permalink

urlpatterns = [
    path("message/<int:pk>/", permalink.message, name="message"),
]
