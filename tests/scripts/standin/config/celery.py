from celery import Celery

app = Celery("standin")
app.config_from_object("django.conf:settings", namespace="CELERY")
