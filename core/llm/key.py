"""The key of an endpoint: read from the environment when it is needed, and kept out of everything that is written."""

from __future__ import annotations

import os
from typing import Final

from core.errors import InputError

KEY_VARIABLE: Final = "SHELFPRICE_LLM_KEY"
HIDDEN: Final = "[key]"
# Local servers take any word for a key; taking a word such as "none" out of every answer would spoil answers and hide
# nothing.
_SECRET_CHARS: Final = 8


class ApiKey:
    """A key that shows itself nowhere: not in ``repr``, not in an error, not in a record.

    Raises:
        InputError: It holds blanks, control characters or letters beyond ASCII, which no header may hold.
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        if not all("!" <= character <= "~" for character in value):
            raise InputError(
                f"the key in {KEY_VARIABLE} holds blanks or characters that no key has.", "Set it again, in one line."
            )
        self._value = value

    @classmethod
    def from_environment(cls) -> ApiKey:
        """What :data:`KEY_VARIABLE` holds; blank where it is not set."""
        return cls(os.environ.get(KEY_VARIABLE, "").strip())

    def __bool__(self) -> bool:
        return bool(self._value)

    def __repr__(self) -> str:
        return f"ApiKey({'set' if self else 'not set'})"

    def headers(self) -> dict[str, str]:
        """The field that carries it, none without a key."""
        return {"Authorization": f"Bearer {self._value}"} if self else {}

    def hidden_in(self, text: str) -> str:
        """A text from the server without the key: servers repeat it in their errors."""
        return text.replace(self._value, HIDDEN) if len(self._value) >= _SECRET_CHARS else text


def key_is_set() -> bool:
    """True when the environment holds a key."""
    return bool(os.environ.get(KEY_VARIABLE, "").strip())
