"""The evidence map: which findings there are (``holdings``), what was asked for (``request``), and the cells (``grid``).

Such a picture is also called an evidence gap map: its empty cells are worth as much as its full ones.
"""
