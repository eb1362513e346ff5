"""The region's suspensions, under /console/messagerie/."""

from django.urls import path

from tenants.suspensions import views

app_name = "suspensions"

urlpatterns = [
    path("", views.index, name="index"),
    path("<int:pk>/lever/", views.end, name="end"),
]
