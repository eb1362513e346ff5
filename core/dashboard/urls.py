from django.urls import path

from core.dashboard import views

app_name = "dashboard"

urlpatterns = [
    path("", views.home, name="home"),
    path("accueil/presentation/", views.arrange, name="arrange"),
    path("accueil/parties/<slug:module>/<slug:widget>/", views.part, name="part"),
]
