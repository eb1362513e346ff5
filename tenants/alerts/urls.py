from django.urls import path

from tenants.alerts import views

app_name = "regional_alerts"
urlpatterns = [
    path("", views.index, name="index"),
    path("nouvelle/", views.create, name="create"),
    path("<int:pk>/", views.show, name="alert"),
    path("<int:pk>/suite/", views.say, name="say"),
    path("<int:pk>/fin/", views.end, name="end"),
    path("<int:pk>/reessayer/", views.retry, name="retry"),
]
