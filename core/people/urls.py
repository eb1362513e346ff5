from django.urls import path

from core.people.views import accounts, corrections, directory, faces, guardians, manage, me, photos

app_name = "people"

urlpatterns = [
    path("", directory.directory, name="directory"),
    path("nouveau/", manage.create, name="create"),
    path("moi/", me.profile, name="me"),
    path("moi/coordonnees/", me.contact, name="contact"),
    path("moi/preferences/", me.preferences, name="preferences"),
    path("photos/", photos.many, name="photos"),
    path("trombinoscope/", photos.staff, name="staff_faces"),
    path("trombinoscope/pdf/", photos.staff_pdf, name="staff_faces_pdf"),
    path("trombinoscope/classes/<int:pk>/", faces.of_class, name="class_faces"),
    path("trombinoscope/classes/<int:pk>/pdf/", faces.of_class_pdf, name="class_faces_pdf"),
    path("trombinoscope/groupes/<int:pk>/", faces.of_group, name="group_faces"),
    path("trombinoscope/groupes/<int:pk>/pdf/", faces.of_group_pdf, name="group_faces_pdf"),
    path("<int:pk>/", directory.person, name="person"),
    path("<int:pk>/photo/", photos.photo, name="photo"),
    path("<int:pk>/photo/effacer/", photos.remove, name="photo_remove"),
    path("<int:pk>/reprendre/", corrections.restore, name="restore"),
    path("<int:pk>/modifier/", manage.edit, name="edit"),
    path("<int:pk>/roles/", manage.roles, name="roles"),
    path("<int:pk>/depart/", manage.departure, name="departure"),
    path("<int:pk>/retour/", manage.comeback, name="return"),
    path("<int:pk>/responsables/ajouter/", guardians.add, name="guardian_add"),
    path("responsables/<int:pk>/", guardians.edit, name="guardian"),
    path("responsables/<int:pk>/fin/", guardians.end, name="guardian_end"),
    path("responsables/<int:pk>/reprendre/", corrections.restore_link, name="link_restore"),
    path("<int:pk>/compte/", accounts.account, name="account"),
    path("<int:pk>/compte/existant/", accounts.link, name="account_link"),
    path("<int:pk>/compte/mot-de-passe/", accounts.password, name="account_password"),
    path("<int:pk>/compte/retirer/", accounts.unlink, name="account_unlink"),
]
