from django.urls import path

from tests.contract.dummy import views

app_name = "dummy"

urlpatterns = [
    path("", views.meals, name="list"),
    path("composer/", views.plan, name="plan"),
    path("<int:pk>/reserver/", views.book, name="book"),
    path("a-propos/", views.about, name="about"),
]
