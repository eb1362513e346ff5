"""At the front door: one's mail in all one's schools."""

from django.urls import path

from modules.messaging.views import joint

app_name = "joint_messages"

urlpatterns = [path("", joint.index, name="index")]
