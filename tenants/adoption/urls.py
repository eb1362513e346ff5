"""The region's pages of uses, under /console/usages/."""

from django.urls import path

from tenants.adoption import views

app_name = "regional_adoption"
urlpatterns = [
    path("", views.index, name="index"),
    path("<slug:module>/", views.module, name="module"),
]
