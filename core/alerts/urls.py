"""Alerts, under /alertes/."""

from django.urls import path

from core.alerts import views

app_name = "alerts"
urlpatterns = [
    path("", views.index, name="index"),
    path("lancer/", views.launch, name="launch"),
    path("lancer/apercu/", views.preview, name="preview"),
    path("<int:pk>/", views.alert, name="alert"),
    path("<int:pk>/repondre/", views.answer, name="answer"),
    path("<int:pk>/suivi/", views.board, name="board"),
    path("<int:pk>/suite/", views.say, name="say"),
    path("<int:pk>/fin/", views.end, name="end"),
    path("<int:pk>/manquants/<int:row>/retrouve/", views.found, name="found"),
    path("<int:pk>/manquants/<int:row>/cherche/", views.lost, name="lost"),
    path("<int:pk>/bilan/", views.report, name="report"),
    path("<int:pk>/bilan.pdf", views.report_pdf, name="report_pdf"),
    path("<int:pk>/bilan.csv", views.report_csv, name="report_csv"),
]
