"""The window. Talks to services only; long work runs in workers; tables are models over pages."""

from caseworker.desktop.bindings import keep_constants_alive

keep_constants_alive()
