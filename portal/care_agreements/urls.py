"""Addresses of care agreements."""

from django.urls import path

from portal.care_agreements import views

app_name = "care_agreements"
urlpatterns = [
    path("", views.every, name="list"),
    path("new/", views.new, name="new"),
    path("<uuid:agreement_id>/", views.detail, name="detail"),
    path("<uuid:agreement_id>/request/", views.request_it, name="request"),
    path("<uuid:agreement_id>/cancel/", views.cancel, name="cancel"),
    path("<uuid:agreement_id>/person/", views.person, name="person"),
]
