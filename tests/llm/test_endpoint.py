"""Addresses, prices and limits that can be used, and those that cannot."""

from __future__ import annotations

import pytest

from core.errors import InputError
from core.llm import AskSpec, Endpoint, SendSpec, Tariff


@pytest.mark.parametrize(
    ("url", "asked"),
    [
        ("http://localhost:8000", "http://localhost:8000/v1/chat/completions"),
        ("http://localhost:11434/v1/", "http://localhost:11434/v1/chat/completions"),
        ("https://10.0.0.3/api/v1/chat/completions", "https://10.0.0.3/api/v1/chat/completions"),
        ("http://[::1]:8000/v1", "http://[::1]:8000/v1/chat/completions"),
    ],
)
def test_the_address_that_is_asked(url: str, asked: str):
    assert Endpoint(url, "m").chat_url == asked


@pytest.mark.parametrize(
    "url",
    [
        "",
        "localhost:8000",
        "file:///etc/passwd",
        "ftp://host/v1",
        "http://",
        "http://user:sk-hidden-0001@host/v1",
        "https://sk-hidden-0001@host/v1",
        "https://host/v1?key=sk-hidden-0001",
        "https://host/v1#sk-hidden-0001",
        "http://host:99999/v1",
        "http://ho st/v1",
        "http://host/v1\nX: y",
        "http://host/" + "x" * 3000,
    ],
)
def test_other_addresses_are_refused_and_not_repeated(url: str):
    with pytest.raises(InputError) as refused:
        Endpoint(url, "m")
    assert "hidden" not in str(refused.value)


@pytest.mark.parametrize("model", ["", "  ", "x" * 300, "a\nb"])
def test_a_model_needs_a_name(model: str):
    with pytest.raises(InputError):
        Endpoint("http://localhost/v1", model)


def test_where_and_whether_anyone_can_read_it():
    assert Endpoint("http://localhost:8000/v1", "m").where == "localhost:8000"
    for url, readable in {
        "http://localhost:8000": False,
        "http://127.0.0.9": False,
        "http://[::1]:8000/v1": False,
        "https://models.example/v1": False,
        "http://models.example/v1": True,
        "http://192.168.0.7:8000": True,
    }.items():
        assert Endpoint(url, "m").readable is readable


def test_costs():
    assert Tariff(0.5, 2.0).cost(1_000_000, 250_000) == 1.0
    assert Tariff().cost(10, 10) is None
    for prices in ((-1.0, 1.0), (float("nan"), 1.0), (1.0, None)):
        with pytest.raises(InputError):
            Tariff(*prices)


def test_limits_are_checked():
    for wrong in ({"concurrency": 0}, {"attempts": 0}, {"total_s": 0.0}, {"backoff_s": -1.0}):
        with pytest.raises(InputError):
            SendSpec(**wrong)
    with pytest.raises(InputError):
        AskSpec(limit=0)
    with pytest.raises(InputError):
        AskSpec(max_cost=1.0)
    with pytest.raises(InputError):
        AskSpec(retry=("lost",))
