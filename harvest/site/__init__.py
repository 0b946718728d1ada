"""What Datasette serves with.

``plugins/`` are Datasette's hooks, one concern each; ``pages/`` the pages of our own, one module for each kind of page;
``templates/`` and ``static/`` how they look. ``web``, ``words`` and ``charts`` are what the pages share. What Datasette
itself offers is left as it is: its lists with their facets, its JSON and CSV, its SQL at home.
"""
