"""Under /notifications/."""

from django.urls import path

from core.notifications import views
from core.notifications.channels.urls import urlpatterns as channels
from core.notifications.journal import views as journal

app_name = "notifications"

urlpatterns = [
    *channels,
    path("suivi/", journal.journal, name="journal"),
    path("suivi/export/", journal.download, name="journal_export"),
    path("suivi/<int:pk>/relancer/", journal.retry_event, name="retry_event"),
    path("suivi/adresses/<int:pk>/reessayer/", journal.retry_address, name="retry_address"),
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
    path("regles/", views.rules, name="rules"),
    path("regles/<str:kind>/apercu/", views.rule_preview, name="rule_preview"),
]
