"""Addresses of the look-up. None of them holds a number or a name: addresses end in logs."""

from django.urls import path

from portal.lookups import views

app_name = "lookups"
urlpatterns = [
    path("look-up/", views.by_nir, name="by_nir"),
    path("look-up/member/", views.by_member, name="by_member"),
    path("look-ups/", views.history, name="history"),
    path("look-ups/<uuid:look_up_id>/again/", views.again, name="again"),
]
