"""The only room that opens a socket: one polite session for all services.

Identification, pace per host, Retry-After, backoff with jitter, timeouts, a cap on the size of bodies. A caller
hands over a ``read`` function that turns a body into a value and raises `Transient` for answers that are errors in
disguise (HTTP 200 with an error text, HTML, a cut document); so nothing is stored before it was recognised.
`page` reads one web page for `harvest check-text` and stores nothing at all.
"""

from __future__ import annotations

import logging
import math
import os
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar
from urllib.parse import quote, quote_plus, urlencode, urlsplit

import requests
from pyrate_limiter import Limiter, Rate
from requests_ratelimiter import LimiterAdapter
from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception_type,
    stop_after_attempt,
    wait_exponential,
    wait_random,
)

from harvest import __version__
from harvest.errors import Refused, ServiceError, Transient
from harvest.sources import Source

log = logging.getLogger(__name__)
# These two write whole addresses, keys included, into their messages.
for _noisy in ("requests_ratelimiter", "urllib3"):
    logging.getLogger(_noisy).setLevel(logging.WARNING)

T = TypeVar("T")
TOOL = "ketamine-evidence"
TRIES = 8
TIMEOUT = (10.0, 60.0)  # seconds to connect, seconds of silence while reading
DEADLINE = 600.0  # seconds for one whole body
PAGE_DEADLINE = 60.0
LARGEST_BODY = 256 * 1024 * 1024
_TRANSIENT_STATUS = {408, 425, 429, 500, 502, 503, 504}
_BAD_ADDRESS = (
    requests.exceptions.MissingSchema, requests.exceptions.InvalidSchema, requests.exceptions.InvalidURL,
)  # fmt: skip
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_ADDRESS = re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}\b|(?<![\w:])(?:[0-9a-fA-F]{0,4}:){3,7}[0-9a-fA-F]{1,4}(?![\w:])")
_KEYED = re.compile(r"(?i)(api[-_]?key[\"']?\s*[=:]\s*[\"']?)[^\"'&\s,}]+")


@dataclass(frozen=True)
class Identity:
    """Who asks. NCBI, Crossref and OpenAlex want a contact address or a key; both stay out of everything kept."""

    email: str = ""
    ncbi_key: str = ""
    openalex_key: str = ""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Identity:
        get = environment.get
        return cls(get("HARVEST_EMAIL", ""), get("NCBI_API_KEY", ""), get("OPENALEX_API_KEY", ""))

    @property
    def user_agent(self) -> str:
        contact = f" (mailto:{self.email})" if self.email else ""
        return f"{TOOL}/{__version__}{contact}"


def redact(text: str, *secrets: str) -> str:
    """``text`` without keys, e-mail addresses and IP numbers; used for every message that quotes an answer."""
    for secret in filter(None, secrets):
        for written in (secret, quote(secret, safe=""), quote_plus(secret)):
            text = text.replace(written, "***")
    return _ADDRESS.sub("***", _EMAIL.sub("***", _KEYED.sub(r"\1***", text)))


@dataclass
class Client:
    """Asks services. ``requests_sent`` counts every attempt, by source name."""

    identity: Identity = field(default_factory=Identity.from_environment)
    tries: int = TRIES
    backoff: float = 0.5
    sleep: Callable[[float], None] = time.sleep
    requests_sent: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._session = requests.Session()
        self._session.headers["User-Agent"] = self.identity.user_agent
        self._pace: dict[str, float] = {}

    # ------------------------------------------------------------ asking

    def ask(
        self, source: Source, path: str, parameters: Mapping[str, Any], read: Callable[[bytes], T],
        *, post: bool = False, read_error: Callable[[int, bytes], None] | None = None,
    ) -> T:  # fmt: skip
        """The value that ``read`` makes of the body.

        Parameters with the value None or '' are left out. ``read_error(status, body)`` may raise `Refused` for an
        error status that looks transient but is not. Raises `Refused` at once, `Transient` after the last try.
        """
        sent = {name: str(value) for name, value in parameters.items() if value not in (None, "")}
        retrying = Retrying(
            stop=stop_after_attempt(self.tries), wait=self._wait, sleep=self.sleep, reraise=True,
            retry=retry_if_exception_type(Transient), before_sleep=self._note(source, path),
        )  # fmt: skip
        answer: T = retrying(self._once, source, path, sent, read, post, read_error)
        return answer

    def _once(
        self, source: Source, path: str, sent: dict[str, str], read: Callable[[bytes], T], post: bool,
        read_error: Callable[[int, bytes], None] | None,
    ) -> T:  # fmt: skip
        url = self.base_url(source) + path
        self._mount(source, url)
        self.requests_sent[source.name] = self.requests_sent.get(source.name, 0) + 1
        try:
            response = self._send(url, sent, post)
            body = _body(response, LARGEST_BODY, DEADLINE)
        except _BAD_ADDRESS as problem:
            raise Refused(f"{source.title}: {source.url_variable} is not a web address") from problem
        except requests.RequestException as problem:
            raise Transient(f"{source.title}: {type(problem).__name__} while reading {path or '/'}") from problem
        self._obey_headers(source, response)
        try:
            if response.status_code != requests.codes.ok:
                self._raise_for(source, response, body, read_error)
            return read(body)
        except ServiceError as problem:
            # Whoever worded it: services repeat keys and addresses in their answers.
            problem.args = (self._redact(str(problem)),)
            raise

    def _send(self, url: str, sent: dict[str, str], post: bool) -> requests.Response:
        if post:
            return self._session.post(url, data=sent, timeout=TIMEOUT, stream=True)
        # Encoded here, so that '+' and '=' in cursors arrive as they were sent (Crossref rest-api-doc #168).
        return self._session.get(f"{url}?{urlencode(sent)}" if sent else url, timeout=TIMEOUT, stream=True)

    def _raise_for(
        self, source: Source, response: requests.Response, body: bytes,
        read_error: Callable[[int, bytes], None] | None,
    ) -> None:  # fmt: skip
        if read_error:
            read_error(response.status_code, body)
        message = f"{source.title} answered {response.status_code}: {self.excerpt(body)}"
        if response.status_code in _TRANSIENT_STATUS:
            raise Transient(message, _retry_after(response))
        raise Refused(message)

    def excerpt(self, body: bytes, length: int = 160) -> str:
        """The start of a body for a message, without secrets."""
        text = self._redact(" ".join(body[:2000].decode("utf-8", "replace").split()))
        return text[:length] + ("…" if len(text) > length else "") if text else "(empty body)"

    def _redact(self, text: str) -> str:
        return redact(text, self.identity.ncbi_key, self.identity.openalex_key, self.identity.email)

    # ------------------------------------------------------------ addresses, pace, waiting

    @staticmethod
    def base_url(source: Source) -> str:
        return (os.environ.get(source.url_variable) or source.base_url).rstrip("/")

    def _mount(self, source: Source, url: str) -> None:
        if source.name not in self._pace:
            self._set_pace(source, self._starting_pace(source))

    def _starting_pace(self, source: Source) -> float:
        # NCBI allows 10 a second with a key instead of 3.
        return source.per_second * 3 if source.name == "pubmed" and self.identity.ncbi_key else source.per_second

    def _set_pace(self, source: Source, per_second: float) -> None:
        """One request per interval, evenly spread: a burst could break a sliding window at the other end."""
        limiter = Limiter(Rate(1, math.ceil(1000 / per_second)))
        if source.name in self._pace:
            limiter.try_acquire("the request whose answer set this pace")
        self._pace[source.name] = per_second
        self._session.mount(self.base_url(source), LimiterAdapter(limiter=limiter, per_host=False, max_retries=0))

    def _obey_headers(self, source: Source, response: requests.Response) -> None:
        """Slow down when the service announces a lower limit than ours (PubMed, Crossref)."""
        headers = response.headers
        limit = headers.get("x-rate-limit-limit") or headers.get("x-ratelimit-limit") or ""
        interval = (headers.get("x-rate-limit-interval") or "1s").removesuffix("s")
        if not (limit.isdigit() and interval.isdigit() and int(limit) and int(interval)):
            return
        allowed = 0.9 * int(limit) / int(interval)
        if allowed < self._pace[source.name]:
            log.info("%s announces %s requests per %s s; slowing down", source.title, limit, interval)
            self._set_pace(source, allowed)

    def _wait(self, state: RetryCallState) -> float:
        problem = state.outcome.exception() if state.outcome else None
        asked = getattr(problem, "retry_after", None)
        backoff = (wait_exponential(multiplier=self.backoff, max=60) + wait_random(0, self.backoff))(state)
        return max(backoff, asked) if asked is not None else backoff

    def _note(self, source: Source, path: str) -> Callable[[RetryCallState], None]:
        def note(state: RetryCallState) -> None:
            problem = state.outcome.exception() if state.outcome else None
            log.info("%s%s, try %d: %s", source.name, path, state.attempt_number, problem)

        return note


def _body(response: requests.Response, largest: int, deadline: float) -> bytes:
    """The whole body, unpacked; ``largest`` in bytes, ``deadline`` in seconds."""
    started, parts, size = time.monotonic(), [], 0
    with response:
        for part in response.iter_content(1 << 16):
            parts.append(part)
            size += len(part)
            if size > largest:
                raise Refused(f"{urlsplit(response.url).path}: body larger than {largest >> 20} MB")
            if time.monotonic() - started > deadline:
                raise Transient(f"{urlsplit(response.url).path}: body took longer than {deadline:.0f} s")
    return b"".join(parts)


def page(url: str, *, largest: int, timeout: tuple[float, float] = (10.0, 20.0)) -> tuple[bytes, str]:
    """Body and content type of one web page that a person named, asked for once, as anybody's browser would.

    Only http and https, also where the page leads on to another, at most five times. No contact address is sent. ``timeout``:
    seconds to connect, seconds of silence. Raises `Refused` with a message for people.
    """
    try:
        host = urlsplit(url).hostname if re.match(r"https?://[^/]", url, re.IGNORECASE) else None
    except ValueError:
        host = None
    if not host:
        raise Refused("only web addresses can be read, which begin with http:// or https:// and name a host")
    with requests.Session() as session:
        session.headers["User-Agent"] = Identity().user_agent
        session.headers["Accept"] = "text/html, application/pdf, text/plain, */*;q=0.5"
        session.max_redirects = 5
        try:
            response = session.get(url, timeout=timeout, stream=True)
            body = _body(response, largest, PAGE_DEADLINE)
        except requests.TooManyRedirects as problem:
            raise Refused(f"{host}: it leads on from page to page without an end") from problem
        except _BAD_ADDRESS as problem:
            raise Refused(f"{host}: this is no web address, or leads to what is none") from problem
        except requests.Timeout as problem:
            raise Refused(f"{host} does not answer; save the page and check the file") from problem
        except requests.RequestException as problem:
            raise Refused(
                f"{host} cannot be reached ({type(problem).__name__}); save the page and check the file"
            ) from problem
    if response.status_code != requests.codes.ok:
        raise Refused(f"{host} answered {response.status_code} {response.reason}; save the page and check the file")
    return body, response.headers.get("Content-Type", "")


def _retry_after(response: requests.Response) -> float | None:
    """Seconds from the Retry-After header, a number or a date; capped at ten minutes."""
    value = (response.headers.get("Retry-After") or "").strip()
    if value.isdigit():
        return min(float(value), 600.0)
    try:
        return min(max(0.0, parsedate_to_datetime(value).timestamp() - time.time()), 600.0)
    except (TypeError, ValueError):
        return None
