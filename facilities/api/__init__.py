"""API of what can be booked; one module for each part."""

from facilities.api import catalogue

urlpatterns = [*catalogue.urlpatterns]
