"""What programs may do with messages, under /api/v1/messaging/."""

from django.urls import path

from modules.messaging.api import views

urlpatterns = [
    path("conversations", views.ConversationsView.as_view(), name="conversations"),
    path("conversations/<int:pk>", views.ConversationView.as_view(), name="conversation"),
    path("conversations/<int:pk>/read", views.ReadView.as_view(), name="read"),
    path("messages", views.MessagesView.as_view(), name="messages"),
    path("messages/<int:pk>/reply", views.ReplyView.as_view(), name="reply"),
]
