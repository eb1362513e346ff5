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
    path("preferences/", views.own, name="preferences"),
    path("preferences/rythme/", views.choose_preset, name="choose_preset"),
    path("preferences/detail/", views.choose_kinds, name="choose_kinds"),
    path("preferences/horaires/", views.choose_hours, name="choose_hours"),
    path("preferences/enfant/<int:pk>/", views.for_child, name="choose_for_child"),
    path("preferences/annuler/", views.undo, name="choices_undo"),
]
