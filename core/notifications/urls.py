"""Under /notifications/."""

from django.urls import path

from core.notifications import views
from core.notifications.channels.urls import urlpatterns as channels

app_name = "notifications"

urlpatterns = [
    *channels,
    path("", views.inbox, name="list"),
    path("<int:pk>/", views.open_item, name="open"),
    path("lues/", views.mark_read, name="read"),
    path("non-lues/", views.mark_unread, name="unread"),
    path("pastille/", views.bell, name="bell"),
    path("direct/", views.live, name="live"),
]
