from django.urls import path

from core.structure.views import classes, groups, lists, teaching

app_name = "structure"

urlpatterns = [
    path("", classes.classes, name="classes"),
    path("classes/nouvelle/", classes.create, name="class_create"),
    path("classes/<int:pk>/", classes.school_class, name="class"),
    path("classes/<int:pk>/modifier/", classes.edit, name="class_edit"),
    path("classes/<int:pk>/supprimer/", classes.delete, name="class_delete"),
    path("classes/<int:pk>/eleves/ajouter/", classes.add_pupils, name="class_add_pupils"),
    path("classes/<int:pk>/professeur-principal/", classes.add_main_teacher, name="class_add_main_teacher"),
    path("classes/<int:pk>/enseignants/ajouter/", teaching.add_to_class, name="class_add_service"),
    path("classes/appartenances/<int:pk>/fin/", classes.end_membership, name="class_membership_end"),
    path("groupes/nouveau/", groups.create, name="group_create"),
    path("groupes/<int:pk>/", groups.group, name="group"),
    path("groupes/<int:pk>/modifier/", groups.edit, name="group_edit"),
    path("groupes/<int:pk>/supprimer/", groups.delete, name="group_delete"),
    path("groupes/<int:pk>/eleves/ajouter/", groups.add_pupils, name="group_add_pupils"),
    path("groupes/<int:pk>/enseignants/ajouter/", teaching.add_to_group, name="group_add_service"),
    path("groupes/appartenances/<int:pk>/fin/", groups.end_membership, name="group_membership_end"),
    path("services/<int:pk>/", teaching.service, name="service"),
    path("services/<int:pk>/fin/", teaching.end, name="service_end"),
    path("services/<int:pk>/remplacements/ajouter/", teaching.substitute, name="substitution_add"),
    path("remplacements/<int:pk>/fin/", teaching.end_substitution, name="substitution_end"),
    path("annees/", lists.years, name="years"),
    path("annees/nouvelle/", lists.year_create, name="year_create"),
    path("annees/<int:pk>/", lists.year_edit, name="year"),
    path("annees/<int:pk>/en-cours/", lists.year_current, name="year_current"),
    path("annees/<int:pk>/periodes/ajouter/", lists.period_create, name="period_create"),
    path("periodes/<int:pk>/", lists.period_edit, name="period"),
    path("periodes/<int:pk>/supprimer/", lists.period_delete, name="period_delete"),
    path("matieres/", lists.subjects, name="subjects"),
    path("matieres/nouvelle/", lists.subject_create, name="subject_create"),
    path("matieres/<int:pk>/", lists.subject_edit, name="subject"),
    path("matieres/<int:pk>/supprimer/", lists.subject_delete, name="subject_delete"),
    path("salles/", lists.rooms, name="rooms"),
    path("salles/nouvelle/", lists.room_create, name="room_create"),
    path("salles/<int:pk>/", lists.room_edit, name="room"),
    path("salles/<int:pk>/supprimer/", lists.room_delete, name="room_delete"),
]
