"""URLs of what is canonical: pictures."""

from django.urls import path

from scraping import views

urlpatterns = [path("pictures/<str:key>/<int:size>.webp", views.picture, name="picture")]
