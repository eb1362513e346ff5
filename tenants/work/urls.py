"""The region's page of works, under /console/travaux/."""

from django.urls import path

from tenants.work import views

app_name = "regional_work"
urlpatterns = [
    path("", views.index, name="index"),
    path("<int:pk>/relancer/", views.retry, name="retry"),
    path("<int:pk>/annuler/", views.cancel, name="cancel"),
    path("echecs/<int:pk>/relancer/", views.retry_failure, name="retry_failure"),
]
