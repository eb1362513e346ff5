"""What programs may do with news, under /api/v1/news/."""

from django.urls import path

from modules.news.api import views

urlpatterns = [
    path("sections", views.SectionsView.as_view(), name="sections"),
    path("articles", views.ArticlesView.as_view(), name="articles"),
    path("articles/<int:pk>", views.ArticleView.as_view(), name="article"),
    path("articles/<int:pk>/audience", views.AudienceView.as_view(), name="audience"),
    path("articles/<int:pk>/submit", views.SubmitView.as_view(), name="submit"),
    path("articles/<int:pk>/publish", views.PublishView.as_view(), name="publish"),
    path("articles/<int:pk>/withdraw", views.WithdrawView.as_view(), name="withdraw"),
]
