"""Code and Markdown as HTML: words in classes that ``static/data.css`` colours, no inline style, everything escaped."""

from __future__ import annotations

from functools import cache
from typing import Final

from markdown_it import MarkdownIt
from markupsafe import Markup
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name

_FORMATTER: Final = HtmlFormatter(nowrap=True, classprefix="hl-")
_MARKDOWN: Final = MarkdownIt("commonmark", {"html": False})


@cache
def highlighted(code: str, language: str) -> Markup:
    """The code within a ``pre``: its words, strings and comments in spans. ``language`` as pygments names it: sql, python.

    >>> highlighted("select 1", "sql").startswith('<pre class="code" tabindex="0"')
    True
    """
    inner = highlight(code.strip("\n"), get_lexer_by_name(language, stripnl=False), _FORMATTER)
    return Markup('<pre class="code" tabindex="0" role="region" aria-label="{}"><code>{}</code></pre>').format(
        f"{'SQL' if language == 'sql' else language.capitalize()} code", Markup(inner)  # noqa: S704 (pygments escapes)
    )  # fmt: skip


@cache
def rendered(markdown: str) -> Markup:
    """CommonMark as HTML; markup in the text itself is escaped. Headings go one level down: a page has one h1.

    >>> rendered("# One *thing*")
    Markup('<h2>One <em>thing</em></h2>\\n')
    """
    tokens = _MARKDOWN.parse(markdown)
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(int(token.tag[1]) + 1, 6)}"
    return Markup(_MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {}))  # noqa: S704 (html is off)
