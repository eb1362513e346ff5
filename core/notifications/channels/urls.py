"""What the channels answer to: links in mails, browsers that subscribe, texts that are counted."""

from django.urls import path

from core.notifications.channels.email import views as email
from core.notifications.channels.push import views as push
from core.notifications.channels.sms import views as sms

urlpatterns = [
    path("desabonnement/<str:link>/", email.unsubscribe, name="unsubscribe"),
    path("appareils/cle/", push.key, name="push_key"),
    path("appareils/ajouter/", push.subscribe, name="device_add"),
    path("appareils/<int:pk>/retirer/", push.remove, name="device_remove"),
    path("sms/compte/", sms.count, name="sms_count"),
]
