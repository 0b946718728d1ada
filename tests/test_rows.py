"""Which rights let a text be published: the public copy depends on it."""

from __future__ import annotations

import pytest

from harvest.rows import openly_licensed


@pytest.mark.parametrize(
    "rights",
    ["https://creativecommons.org/licenses/by/4.0/", "cc by", "CC-BY-SA 4.0", "CC0-1.0", "Public domain (U.S.)",
     "https://creativecommons.org/publicdomain/zero/1.0/"],
)  # fmt: skip
def test_open_licences(rights: str) -> None:
    """Open by the Open Definition, as an address or in words."""
    assert openly_licensed(rights)


@pytest.mark.parametrize(
    "rights",
    ["", "Copyright 2031 Some Publisher", "cc by-nc", "CC BY-NC-ND 4.0", "https://creativecommons.org/licenses/by-nd/4.0/",
     "https://creativecommons.org/licenses/by-nc-sa/4.0/", "https://www.elsevier.com/tdm/userlicense/1.0/", "open access"],
)  # fmt: skip
def test_everything_else_is_withheld(rights: str) -> None:
    """No statement, a publisher's copyright, NonCommercial and NoDerivatives are no open licences."""
    assert not openly_licensed(rights)
