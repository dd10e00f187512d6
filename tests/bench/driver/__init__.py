"""The driver of ./dev bench: starts everything, alternates peers and Holdfast, judges the figures."""
