"""A text to try the page with: an invented clinic's, written for this site so that each kind of statement occurs."""

from __future__ import annotations

from typing import Final

EXAMPLE: Final = """\
Ketamine at the Invented Clinic

Ketamine was approved in 1970 as an anaesthetic. In 2019 the FDA approved ketamine for treatment-resistant depression.

For people with depression that two medicines did not help, ketamine brings relief within hours. Over 70 % of patients \
improve after a few infusions, and the effect of a single treatment lasts up to two weeks.

Ketamine can help with:

- depression
- post-traumatic stress disorder
- chronic pain
- obsessive-compulsive disorder

It works by blocking NMDA receptors and makes new connections between nerve cells grow. It has been proven safe and is \
not addictive when given in a clinic. Some people feel dizzy or sick for an hour.

We think that nobody should have to wait for feeling better.
"""
