from django.db import connection
from django.http import HttpResponse
from django.urls import path


def _ready(request):
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM standin")
        return HttpResponse(str(cursor.fetchone()[0]))


urlpatterns = [path("healthz", lambda request: HttpResponse("ok")), path("readyz", _ready)]
