"""Signing in and out on a school's host; everything else about the account is at the front door."""

from django.urls import path

from tenants.accounts import urls_common
from tenants.accounts.views import passage

urlpatterns = [
    *urls_common.urlpatterns,
    path("connexion/sans-profil/", passage.no_profile, name="account_no_profile"),
    path("aller/compte/", passage.go_home, name="account_go_home"),
]
