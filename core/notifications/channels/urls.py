"""What the channels answer to: links in mails, browsers that subscribe, the service worker."""

from django.urls import path

from core.notifications.channels.email import views as email

urlpatterns = [
    path("desabonnement/<str:link>/", email.unsubscribe, name="unsubscribe"),
]
