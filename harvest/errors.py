"""The exceptions of this project. Every message says what happened, to which item, and what to do."""

from __future__ import annotations


class HarvestError(Exception):
    """Root of all errors a user may see; the command line prints it and exits with 1."""


class BadInput(HarvestError):
    """A file, payload or line cannot be read as what it claims to be."""


class HostileInput(BadInput):
    """Refused on sight: entity declarations, oversized or nested beyond reason."""


class ServiceError(HarvestError):
    """A service did not give what was asked for."""


class Transient(ServiceError):
    """Worth another try: rate limits, server errors, damaged bodies, errors sent with status 200.

    ``retry_after`` is what the service asked for, in seconds, or None.
    """

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Refused(ServiceError):
    """The service will not answer this request however often it is sent (400, 401, 404, paid filters)."""


class StaleCursor(ServiceError):
    """A stored paging position is no longer accepted; the window must start again."""


class ArchiveError(HarvestError):
    """raw.db cannot be used: locked by another harvest, damaged, or of another version."""


class VocabularyError(HarvestError):
    """A vocabulary file is wrong; the message names file, concept and field."""


class ClaimsError(HarvestError):
    """A file of questions, claims or facts is wrong; the message names file, entry, field and what to do."""


class CheckFailed(HarvestError):
    """The built database broke a promise; nothing was published."""
