"""What Datasette serves with.

``plugins/`` are Datasette's hooks, one concern each; ``pages/`` the pages of our own, one module for each kind of page;
``templates/`` and ``static/`` how they look. ``web`` and ``charts`` are what the pages share. Stock Datasette stays
underneath: tables, facets, SQL, JSON, CSV and permalinks are its own.
"""
