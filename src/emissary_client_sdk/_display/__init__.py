"""Displays of models: HTML for a notebook, text for a terminal, plots and progress bars.

``view`` decides which fields are shown and how; ``page`` and ``terminal`` render its views. These modules are
imported when they are used. Values come from a server, so each one passes through ``text`` before it is shown.
"""
