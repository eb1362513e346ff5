"""The référent's console, under /reglages/."""

from django.urls import path

from core.modules import views

app_name = "modules"

urlpatterns = [
    path("", views.index, name="index"),
    path("ordre/", views.order, name="order"),
    path("prereglage/", views.preset, name="preset"),
    path("historique/", views.history, name="history"),
    path("historique/<int:pk>/annuler/", views.undo, name="undo"),
    path("appliquer/", views.apply, name="apply"),
    path("modules/<slug:slug>/", views.general, name="general"),
    path("modules/<slug:slug>/activation/", views.activation, name="activation"),
    path("modules/<slug:slug>/acces/", views.access, name="access"),
    path("modules/<slug:slug>/options/", views.options, name="options"),
    path("modules/<slug:slug>/notifications/", views.notifications, name="notifications"),
    path("modules/<slug:slug>/supprimer/", views.purge, name="purge"),
    path("modules/<slug:slug>/supprimer/annuler/", views.purge_cancel, name="purge_cancel"),
    path("modules/<slug:slug>/historique/", views.module_history, name="module_history"),
]
