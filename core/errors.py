"""Errors that a user can act on: each says what is wrong, where, and what to do."""

from __future__ import annotations


class ShelfpriceError(Exception):
    """Base of every error whose message is meant for the user."""


class InputError(ShelfpriceError):
    """A file, a setting or an argument is wrong.

    Args:
        what: What is wrong, with the file and line where it applies.
        remedy: What the user can do about it, one sentence.
    """

    def __init__(self, what: str, remedy: str = "") -> None:
        self.what = what.rstrip()
        self.remedy = remedy.rstrip()
        super().__init__(f"{self.what} {self.remedy}".rstrip())


class AlignmentError(ShelfpriceError):
    """Two tables that should name the same rows do not; a defect of the caller, never of the data."""


class StorageError(ShelfpriceError):
    """The disk refused a write or gave back something that was never written."""


class ModelUnavailableError(ShelfpriceError):
    """Model weights cannot be had: the hub is out of reach, or the local path holds no model."""


class Cancelled(Exception):
    """The user cancelled a job; raised from a progress report."""
