"""The region's policies, under /console/politiques/."""

from django.urls import path

from tenants.policies import views

app_name = "policies"

urlpatterns = [
    path("", views.index, name="index"),
    path("historique/", views.history, name="history"),
    path("historique/<int:pk>/annuler/", views.undo, name="undo"),
    path("mise-en-place/", views.progress, name="progress"),
    path("mise-en-place/reprendre/", views.resume, name="resume"),
    path("appliquer/", views.apply, name="apply"),
    path("regle/<int:pk>/", views.edit, name="edit"),
    path("regle/<int:pk>/supprimer/", views.remove, name="remove"),
    path("<slug:module>/nouvelle/", views.create, name="create"),
]
