"""Addresses of the portal, and of the board: the demonstration's own, which no other profile names."""

from django.urls import path

from portal import urls
from portal.demo.views import board

handler400, handler500 = urls.handler400, urls.handler500
urlpatterns = [*urls.urlpatterns, path("demo/", board, name="demo_board")]
