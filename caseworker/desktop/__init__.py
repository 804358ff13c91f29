"""The window. Talks to services only; long work runs in workers; tables are models over pages."""
