"""The reference's addresses, below docs/."""

from django.urls import path

from api.reference import views

urlpatterns = [
    path("api", views.overview, name="api_reference"),
    path("api/<slug:operation_id>", views.operation, name="api_operation"),
]
