"""The SQL of a verdict as HTML: in colours as long as that weighs little."""

from __future__ import annotations

from typing import Final

from markupsafe import Markup

from harvest.site.code import highlighted

LONGEST: Final = 2500
"""Characters in colours: every id in a list of a hundred becomes an element of the page otherwise."""


def code(sql: str) -> Markup:
    """The SQL within a ``pre``.

    >>> code("select '<' /* " + "x" * 3000)[:80]
    Markup('<pre class="code" tabindex="0" role="region" aria-label="SQL code"><code>select ')
    """
    if len(sql) <= LONGEST:
        return highlighted(sql, "sql")
    frame = Markup('<pre class="code" tabindex="0" role="region" aria-label="SQL code"><code>{}</code></pre>')
    return frame.format(sql)
