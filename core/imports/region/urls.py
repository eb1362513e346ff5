from django.urls import path

from core.imports.region import views

app_name = "regional_imports"

urlpatterns = [
    path("", views.index, name="index"),
    path("<int:pk>/", views.show, name="import"),
    path("<int:pk>/appliquer/", views.apply, name="apply"),
    path("<int:pk>/revoir/", views.look_again, name="look_again"),
    path("<int:pk>/reprendre/", views.go_on, name="go_on"),
    path("structures/", views.routes, name="routes"),
    path("structures/<int:pk>/retirer/", views.remove_route, name="remove_route"),
]
