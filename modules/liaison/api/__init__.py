"""What programs may do with the carnet, under /api/v1/liaison/."""

from django.urls import path

from modules.liaison.api import notes, words

urlpatterns = [
    path("notes", notes.NotesView.as_view(), name="notes"),
    path("notes/<int:pk>", notes.NoteView.as_view(), name="note"),
    path("notes/<int:pk>/audience", notes.AudienceView.as_view(), name="audience"),
    path("notes/<int:pk>/publish", notes.PublishView.as_view(), name="publish"),
    path("notes/<int:pk>/withdraw", notes.WithdrawView.as_view(), name="withdraw"),
    path("notes/<int:pk>/remind", notes.RemindView.as_view(), name="remind"),
    path("answers", notes.AnswersView.as_view(), name="answers"),
    path("received", notes.ReceivedView.as_view(), name="received"),
    path("received/<int:pk>/answer", notes.AnswerView.as_view(), name="answer"),
    path("received/<int:pk>/acknowledge", notes.AcknowledgeView.as_view(), name="acknowledge"),
    path("words", words.WordsView.as_view(), name="words"),
    path("words/<int:pk>", words.WordView.as_view(), name="word"),
    path("words/<int:pk>/treat", words.TreatView.as_view(), name="treat"),
]
