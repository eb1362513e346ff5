from django.urls import path

from core.imports.views import merges, pairings, runs, tables

app_name = "imports"

urlpatterns = [
    path("", runs.index, name="index"),
    path("<int:pk>/", runs.show, name="run"),
    path("<int:pk>/detail/", runs.detail, name="detail"),
    path("<int:pk>/remarques/", runs.remarks, name="remarks"),
    path("<int:pk>/refus.<str:extension>", runs.refused, name="refused"),
    path("<int:pk>/appliquer/", runs.apply, name="apply"),
    path("<int:pk>/abandonner/", runs.cancel, name="cancel"),
    path("<int:pk>/annuler/", runs.undo, name="undo"),
    path("<int:pk>/colonnes/", tables.columns, name="columns"),
    path("modeles/<slug:slug>.<str:extension>", tables.template, name="template"),
    path("rapprochements/", pairings.index, name="pairings"),
    path("rapprochements/<int:pk>/", pairings.decide, name="decide"),
    path("fiches/", merges.index, name="merges"),
    path("fiches/reunir/", merges.choose, name="merge_choose"),
    path("fiches/reunir/<int:pk>/", merges.merge, name="merge"),
    path("fiches/<int:pk>/separer/", merges.unmerge, name="unmerge"),
]
