"""Under /messagerie/ on a school's host."""

from modules.messaging import urls_safety

app_name = "messaging"

urlpatterns = [
    *urls_safety.urlpatterns,
]
