"""Addresses of what keeps the messagerie safe; part of `urls.py`."""

from django.urls import path

from modules.messaging.views import (
    permalink,
    rules,
    safety_moderation,
    safety_own,
    safety_reports,
    safety_suspensions,
    templates,
)

urlpatterns = [
    path("message/<int:pk>/", permalink.message, name="message"),
    path("message/<int:pk>/signaler/", safety_reports.report, name="report"),
    path("a-relire/", safety_moderation.queue, name="moderation"),
    path("a-relire/<int:pk>/laisser-partir/", safety_moderation.approve, name="moderation_approve"),
    path("a-relire/<int:pk>/renvoyer/", safety_moderation.send_back, name="moderation_send_back"),
    path("signalements/", safety_reports.index, name="reports"),
    path("signalements/<int:pk>/", safety_reports.case, name="report_case"),
    path("signalements/<int:pk>/sans-suite/", safety_reports.decide, {"verb": "dismiss"}, name="report_dismiss"),
    path("signalements/<int:pk>/suivi/", safety_reports.decide, {"verb": "settle"}, name="report_settle"),
    path("signalements/<int:pk>/retirer/", safety_reports.decide, {"verb": "remove"}, name="report_remove"),
    path("signalements/<int:pk>/remettre/", safety_reports.restore, name="report_restore"),
    path("suspensions/", safety_suspensions.suspensions, name="suspensions"),
    path("suspensions/<int:pk>/lever/", safety_suspensions.end, name="suspension_end"),
    path("suspensions/<int:pk>/reprendre/", safety_suspensions.resume, name="suspension_resume"),
    path("retraits/", safety_suspensions.purges, name="purges"),
    path("retraits/de/<int:pk>/", safety_suspensions.purge, name="purge"),
    path("retraits/<int:pk>/annuler/", safety_suspensions.purge_undo, name="purge_undo"),
    path("blocages/", safety_own.blocks, name="blocks"),
    path("blocages/<int:pk>/bloquer/", safety_own.block, name="block"),
    path("blocages/<int:pk>/debloquer/", safety_own.unblock, name="unblock"),
    path("absence/", safety_own.absence, name="absence"),
    path("absence/fin/", safety_own.absence_end, name="absence_end"),
    path("regles/", rules.rules, name="rules"),
    path("regles/annuler/", rules.undo, name="rules_undo"),
    path("regles/modele/<slug:name>/", rules.preset, name="rules_preset"),
    path("modeles/", templates.index, name="templates"),
    path("modeles/nouveau/", templates.create, name="template_create"),
    path("modeles/<int:pk>/", templates.edit, name="template_edit"),
    path("modeles/<int:pk>/supprimer/", templates.remove, name="template_remove"),
]
