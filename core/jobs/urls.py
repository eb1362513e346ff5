"""The school's works, under /travaux/."""

from django.urls import path

from core.jobs import views

app_name = "jobs"
urlpatterns = [
    path("", views.index, name="index"),
    path("<int:pk>/", views.progress, name="progress"),
    path("<int:pk>/relancer/", views.retry, name="retry"),
    path("<int:pk>/annuler/", views.cancel, name="cancel"),
]
