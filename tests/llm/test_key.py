"""The key shows itself nowhere."""

from __future__ import annotations

import pytest

from core.errors import InputError
from core.llm.key import KEY_VARIABLE, ApiKey, key_is_set


def test_it_is_in_the_header_alone(secret: str):
    key = ApiKey.from_environment()
    assert key.headers() == {"Authorization": f"Bearer {secret}"}
    assert (repr(key), str(key), f"{key}") == ("ApiKey(set)",) * 3
    assert key.hidden_in(f"wrong key {secret}!") == "wrong key [key]!"
    assert key_is_set()


def test_without_one_nothing_is_sent():
    key = ApiKey.from_environment()
    assert (key.headers(), repr(key), key_is_set()) == ({}, "ApiKey(not set)", False)


def test_a_word_that_local_servers_want_is_no_secret():
    assert ApiKey("none").hidden_in("brand: none") == "brand: none"


@pytest.mark.parametrize("value", ["sk-abc\nX-Other: 1", "sk abc def", "sk-ключ-0001", "sk-\x00abcdef"])
def test_what_no_header_may_hold_is_refused_and_not_repeated(value: str):
    with pytest.raises(InputError) as refused:
        ApiKey(value)
    assert KEY_VARIABLE in str(refused.value)
    assert "abc" not in str(refused.value)
    assert "ключ" not in str(refused.value)
