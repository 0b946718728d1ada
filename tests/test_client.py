"""The client against a real server on this machine: what is tried again, how long is waited, what is never told."""

from __future__ import annotations

import logging
import socket
import struct
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from harvest import client as asking
from harvest.client import Client, Identity, redact
from harvest.errors import Refused, StaleCursor, Transient
from harvest.sources import Source

KEY, EMAIL, PLACE = "invented-key-0123", "reader@example.org", "203.0.113.77"
WHO = Identity(EMAIL, KEY, KEY + "-openalex")


def source(per_second: float = 200.0, name: str = "invented") -> Source:
    return Source(
        name, "Invented service", "", "", "", "", "http://127.0.0.1:9", "HARVEST_INVENTED_URL", per_second=per_second
    )


@pytest.fixture
def slept() -> list[float]:
    return []


@pytest.fixture
def client(httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch, slept: list[float]) -> Client:
    monkeypatch.setenv("HARVEST_INVENTED_URL", httpserver.url_for("/api").rstrip("/"))
    return Client(WHO, sleep=slept.append)


@pytest.fixture
def served(httpserver: HTTPServer) -> Callable[..., list[Request]]:
    """Answers in turn, the last for ever; gives the list that collects the requests."""

    def serve(*answers: Response | Callable[[], Response]) -> list[Request]:
        asked: list[Request] = []

        def answer(request: Request) -> Response:
            request.get_data()
            asked.append(request)
            chosen = answers[min(len(asked), len(answers)) - 1]
            return chosen if isinstance(chosen, Response) else chosen()

        httpserver.expect_request("/api/works").respond_with_handler(answer)
        return asked

    return serve


def ask(client: Client, read: Callable[[bytes], Any] = bytes.decode, about: Source | None = None, **more: Any) -> Any:
    return client.ask(about or source(), "/works", more.pop("parameters", {}), read, **more)


OK = Response("good")


# ------------------------------------------------------------ what is sent


def test_every_request_says_who_asks(client: Client, served: Callable[..., list[Request]]) -> None:
    """The User-Agent names the project, its version and the address to write to."""
    asked = served(OK)
    assert ask(client) == "good"
    assert asked[0].headers["User-Agent"].startswith("ketamine-evidence/")
    assert asked[0].headers["User-Agent"].endswith(f"(mailto:{EMAIL})")
    assert "mailto" not in Identity().user_agent


@pytest.mark.parametrize("post", [False, True])
def test_parameters_arrive_as_they_are(client: Client, served: Callable[..., list[Request]], post: bool) -> None:
    """Plus and equals signs of cursors, spaces, brackets and letters beyond ASCII; empty ones and None stay away."""
    asked = served(OK)
    sent = {"cursor": "AoJ+/w=+==", "term": '("ketamine"[tiab] OR é & µ)', "rows": 5, "zero": 0}
    ask(client, parameters={**sent, "mailto": "", "filter": None}, post=post)
    got = asked[0].form if post else asked[0].args
    assert got.to_dict() == {name: str(value) for name, value in sent.items()}
    assert asked[0].method == ("POST" if post else "GET")


def test_the_address_comes_from_the_environment_or_the_source(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """A slash at the end does no harm."""
    monkeypatch.setenv("HARVEST_INVENTED_URL", "http://127.0.0.1:1/base/")
    assert Client.base_url(source()) == "http://127.0.0.1:1/base"
    monkeypatch.delenv("HARVEST_INVENTED_URL")
    assert Client.base_url(source()) == "http://127.0.0.1:9"


def test_an_address_that_is_none_is_refused_at_once(
    client: Client, monkeypatch: pytest.MonkeyPatch, slept: list[float]
) -> None:
    """The message names the variable to mend."""
    for wrong in ("/entrez", "127.0.0.1:80", "http://"):
        monkeypatch.setenv("HARVEST_INVENTED_URL", wrong)
        with pytest.raises(Refused, match="HARVEST_INVENTED_URL is not a web address"):
            ask(client)
    assert slept == []


# ------------------------------------------------------------ trying again


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
def test_passing_troubles_are_tried_again(client: Client, served: Callable[..., list[Request]], status: int) -> None:
    """Rate limits and errors of the server; every attempt is counted."""
    asked = served(Response("busy", status), Response("busy", status), OK)
    assert ask(client) == "good"
    assert len(asked) == client.requests_sent["invented"] == 3


@pytest.mark.parametrize("status", [400, 401, 403, 404, 414])
def test_refusals_are_final(
    client: Client, served: Callable[..., list[Request]], slept: list[float], status: int
) -> None:
    """What the service will not answer is asked once."""
    asked = served(Response("no such field: titel", status), OK)
    with pytest.raises(Refused, match=f"Invented service answered {status}: no such field: titel"):
        ask(client)
    assert (len(asked), slept) == (1, [])


def test_attempts_are_capped_and_waits_grow_with_jitter(
    client: Client, served: Callable[..., list[Request]], slept: list[float]
) -> None:
    """Eight tries; between them half a second, doubled each time, and up to half a second of chance on top."""
    asked = served(Response("down", 503))
    with pytest.raises(Transient, match="answered 503: down"):
        ask(client)
    assert len(asked) == 8
    assert all(0.5 * 2**n <= wait <= 0.5 * 2**n + 0.5 for n, wait in enumerate(slept))
    assert len({round(wait % 0.5, 6) for wait in slept}) > 3


def test_waits_never_exceed_a_minute(
    httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch, served: Callable[..., list[Request]], slept: list[float]
) -> None:
    """However often a request fails."""
    monkeypatch.setenv("HARVEST_INVENTED_URL", httpserver.url_for("/api"))
    served(Response("down", 503))
    with pytest.raises(Transient):
        ask(Client(WHO, tries=12, sleep=slept.append))
    assert max(slept) <= 60.5


def test_retry_after_in_seconds_and_as_a_date(
    client: Client, served: Callable[..., list[Request]], slept: list[float]
) -> None:
    """Is obeyed when longer than the backoff, at most ten minutes; a senseless one is passed over."""
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=40), usegmt=True)
    past = format_datetime(datetime.now(UTC) - timedelta(days=1), usegmt=True)
    values = ["7", date, "86400", past, "soon"]
    served(*(Response("slow down", 429, {"Retry-After": value}) for value in values), OK)
    assert ask(client) == "good"
    assert slept[0] == 7
    assert 37 < slept[1] <= 40
    assert slept[2] == 600
    assert 4 <= slept[3] <= 4.5  # the backoff of a fourth failure
    assert 8 <= slept[4] <= 8.5


def test_errors_in_disguise_are_tried_again_and_other_errors_are_not(
    client: Client, served: Callable[..., list[Request]]
) -> None:
    """``read`` decides about answers with status 200; what it lets through is the value."""
    asked = served(Response("<html>maintenance</html>"), Response('{"n": 1}'))

    def read(body: bytes) -> bytes:
        if body.startswith(b"<"):
            raise Transient("HTML instead of JSON")
        return body

    assert ask(client, read) == b'{"n": 1}'
    assert len(asked) == 2

    def stale(body: bytes) -> bytes:
        raise StaleCursor("the cursor has expired")

    with pytest.raises(StaleCursor):
        ask(client, stale)
    assert len(asked) == 3


def test_a_source_can_turn_a_passing_status_into_a_refusal(
    client: Client, served: Callable[..., list[Request]]
) -> None:
    """A 429 that means "not on your plan" is not waited for."""
    asked = served(Response("Plan upgrade required", 429))

    def read_error(status: int, body: bytes) -> None:
        if b"upgrade" in body:
            raise Refused(f"{status}: paid filter")

    with pytest.raises(Refused, match="429: paid filter"):
        ask(client, read_error=read_error)
    assert len(asked) == 1


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[list[bytes]], None]]:
    """A bare server that sends prepared bytes for each connection; b'' resets it."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve(answers: list[bytes]) -> None:
        from threading import Thread

        monkeypatch.setenv("HARVEST_INVENTED_URL", f"http://127.0.0.1:{listener.getsockname()[1]}")
        Thread(target=_serve, args=(listener, answers), daemon=True).start()

    yield serve
    listener.close()


def _serve(listener: socket.socket, answers: list[bytes]) -> None:
    for answer in answers:
        connection, _ = listener.accept()
        connection.recv(65536)
        if answer:
            connection.sendall(answer)
        else:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()


def test_resets_and_cut_bodies_are_tried_again(client: Client, broken: Callable[[list[bytes]], None]) -> None:
    """A body shorter than announced never reaches ``read``; nor does a chunked one without its end."""
    head = b"HTTP/1.1 200 OK\r\nConnection: close\r\n"
    broken([
        b"", head + b"Content-Length: 100\r\n\r\nhalf of it",
        head + b"Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n", b"no HTTP at all\r\n",
        head + b"Content-Length: 5\r\n\r\nwhole",
    ])  # fmt: skip
    read: list[bytes] = []
    ask(client, read.append)
    assert read == [b"whole"]
    assert client.requests_sent["invented"] == 5


def test_a_body_beyond_the_cap_is_refused(
    client: Client, served: Callable[..., list[Request]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also when it is small on the wire and large unpacked."""
    import gzip

    monkeypatch.setattr(asking, "LARGEST_BODY", 1 << 20)
    served(Response("x" * (1 << 20)), Response(gzip.compress(b"x" * (3 << 20)), headers={"Content-Encoding": "gzip"}))
    assert len(ask(client)) == 1 << 20
    with pytest.raises(Refused, match="/api/works: body larger than 1 MB"):
        ask(client)


def test_a_body_that_takes_for_ever_is_given_up(
    client: Client, served: Callable[..., list[Request]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The deadline holds for a whole body, not for each piece of it."""
    monkeypatch.setattr(asking, "DEADLINE", -1.0)
    served(OK)
    with pytest.raises(Transient, match="took longer"):
        ask(client)


# ------------------------------------------------------------ what is never told


def test_no_message_and_no_log_line_tells_key_address_or_place(
    client: Client, served: Callable[..., list[Request]], caplog: pytest.LogCaptureFixture
) -> None:
    """Services repeat the caller's key and address in their answers; not even the most talkative log shows them."""
    body = f'{{"error":"API rate limit exceeded","api-key":"{KEY}","caller":"{PLACE}","you":"{EMAIL}"}}'
    served(Response(body, 429), Response(body, 500), Response(body, 400))
    parameters = {"api_key": KEY, "email": EMAIL, "term": "ketamine"}
    with caplog.at_level(logging.DEBUG), pytest.raises(Refused) as refused:
        ask(client, parameters=parameters)
    # The server of the test logs in the same process; it is not ours.
    told = str(refused.value) + " ".join(r.getMessage() for r in caplog.records if r.name != "werkzeug")
    assert "API rate limit exceeded" in told
    assert "try 2" in told
    for secret in (KEY, EMAIL, PLACE, "reader%40example.org"):
        assert secret not in told


@pytest.mark.parametrize("where", ["read", "read_error"])
def test_what_sources_quote_is_cleaned_too(client: Client, served: Callable[..., list[Request]], where: str) -> None:
    """The words of a source's own error pass the same sieve, and the error keeps its kind."""
    served(Response("x", 200 if where == "read" else 400))

    def fail(*_: object) -> None:
        raise Refused(f"the service says: {KEY}-openalex of {EMAIL} at {PLACE} is not known")

    with pytest.raises(Refused, match=r"says: \S+ of \*\*\* at \*\*\* is not known") as problem:
        ask(client, fail if where == "read" else bytes.decode, read_error=fail)
    assert KEY not in str(problem.value)


def test_a_connection_that_fails_tells_neither_address_nor_key(
    client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Only what kind of failure it was, and which part of the service."""
    monkeypatch.setenv("HARVEST_INVENTED_URL", "http://127.0.0.1:9/invented-host")
    with caplog.at_level(logging.DEBUG), pytest.raises(Transient) as problem:
        ask(client, parameters={"api_key": KEY})
    assert str(problem.value) == "Invented service: ConnectionError while reading /works"
    assert KEY not in caplog.text
    assert "127.0.0.1" not in caplog.text


def test_redacting() -> None:
    """Keys by their name or value, also as written in addresses, e-mail addresses, IPv4 and IPv6 numbers; no times."""
    text = (
        "api_key=abc&x=1 'api-key': 'def' a%2Bb at 2001:db8::ff00:42:8329 or 192.0.2.1 from a.b@example.org at 10:20:30"
    )
    assert redact(text, "a+b") == "api_key=***&x=1 'api-key': '***' *** at *** or *** from *** at 10:20:30"


# ------------------------------------------------------------ pace


def arrivals(served: Callable[..., list[Request]], headers: dict[str, str] | None = None) -> list[float]:
    times: list[float] = []

    def answer() -> Response:
        times.append(time.monotonic())
        return Response("good", headers=headers or {})

    served(answer)
    return times


def most_in_a_second(times: list[float]) -> int:
    return max(sum(1 for later in times if 0 <= later - start < 1.0) for start in times)


def test_no_second_holds_more_requests_than_allowed(client: Client, served: Callable[..., list[Request]]) -> None:
    """In any sliding second, not only in those of the clock; failed attempts count too."""
    times = arrivals(served)
    for _ in range(16):
        ask(client, about=source(per_second=9.5))
    assert most_in_a_second(times) <= 10
    assert times[-1] - times[0] >= 15 / 9.6


def test_a_lower_limit_in_the_headers_is_obeyed_at_once(client: Client, served: Callable[..., list[Request]]) -> None:
    """Nine tenths of what the service announces, from the very next request on; a higher limit changes nothing."""
    times = arrivals(served, {"X-RateLimit-Limit": "5"})
    for _ in range(7):
        ask(client, about=source(per_second=50.0))
    assert most_in_a_second(times) <= 5
    assert times[1] - times[0] > 0.1


def test_limits_per_longer_interval_and_odd_headers(client: Client, served: Callable[..., list[Request]]) -> None:
    """Crossref writes the interval apart; what is no number is passed over."""
    served(
        Response("", headers={"x-rate-limit-limit": "many"}), Response("", headers={"x-rate-limit-limit": "0"}),
        Response("", headers={"x-rate-limit-limit": "1000", "x-rate-limit-interval": "1s"}),
        Response("", headers={"x-rate-limit-limit": "50", "x-rate-limit-interval": "5s"}),
    )  # fmt: skip
    paces = []
    for _ in range(4):
        ask(client)
        paces.append(client._pace["invented"])
    assert paces == [200.0, 200.0, 200.0, 9.0]


def test_a_key_of_ncbi_triples_the_pace(client: Client) -> None:
    """10 requests a second are allowed with a key, 3 without; both paces stay below."""
    assert client._starting_pace(source(2.8, "pubmed")) == pytest.approx(8.4)
    assert Client(Identity())._starting_pace(source(2.8, "pubmed")) == 2.8
    assert client._starting_pace(source(2.8, "crossref")) == 2.8


def test_the_identity_comes_from_the_environment() -> None:
    """And is empty where nothing is set."""
    named = {"HARVEST_EMAIL": EMAIL, "NCBI_API_KEY": "n", "OPENALEX_API_KEY": "o"}
    assert Identity.from_environment(named) == Identity(EMAIL, "n", "o")
    assert Identity.from_environment({}) == Identity()
