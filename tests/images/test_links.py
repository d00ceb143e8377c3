from __future__ import annotations

import pytest

from core.images.links import RefusedLink, follow, link_key, parse_link


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("https://Photos.Example/a/51+x.jpg", "https://photos.example/a/51+x.jpg"),
        ("  HTTP://photos.example:80/a.jpg#top\n", "http://photos.example/a.jpg"),
        ("https://photos.example:443", "https://photos.example/"),
        ("http://photos.example:8080/a.jpg?w=3&h=4", "http://photos.example:8080/a.jpg?w=3&h=4"),
        ("http://photos.example/a b%20ü.jpg", "http://photos.example/a%20b%20%C3%BC.jpg"),
        ("http://bücher.example/1.jpg", "http://xn--bcher-kva.example/1.jpg"),
        ("http://photos.example./1.jpg", "http://photos.example/1.jpg"),
        ("http://[2606:4700::0001]/1.jpg", "http://[2606:4700::1]/1.jpg"),
        ("http://photos.example/a\\b.jpg", "http://photos.example/a%5Cb.jpg"),
    ],
)
def test_spellings_of_one_link_are_one(text: str, url: str) -> None:
    assert parse_link(text).url == url
    assert link_key(url) == url


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "not an http"),
        ("javascript:alert(1)", "not an http"),
        ("https:/photos.example/1.jpg", "not an http"),
        ("http:///1.jpg", "no host"),
        ("http://a b/1.jpg", "odd characters"),
        ("http://photos.example\\@10.0.0.1/", "odd characters"),
        ("http://photos.example/a\tb", "odd characters"),
        ("http://[::1", "well-formed"),
        ("http://photos.example:99999/", "well-formed"),
        ("http://photos.example:0/", "port 0"),
        ("http://:80/", "no host"),
        ("http://user@photos.example/", "a user"),
        ("http://１２７.１/", "disguised"),
        ("http://127.0.0.01/", "disguised"),
        ("http://0x7f000001/", "disguised"),
        ("http://1.2.3.4.5/", "disguised"),
        ("http://photos..example/", "well-formed host"),
        ("http://-x-.example/", "well-formed host"),
        ("http://thing.internal/", "never lead"),
        ("http://photos.example/" + "a" * 5000, "longer"),
    ],
)
def test_what_is_refused_by_its_text(text: str, why: str) -> None:
    with pytest.raises(RefusedLink, match=why):
        parse_link(text)
    assert link_key(text) == text.strip()


@pytest.mark.parametrize(
    "text", ["https://a-1.photos.example/I/51+x-A_b.jpg", "http://demo.invalid/1.jpg", "https://photos.example//a/./b"]
)
def test_the_short_way_to_a_key_is_the_long_one(text: str) -> None:
    try:
        assert link_key(text) == parse_link(text).url
    except RefusedLink:
        assert link_key(text) == text


def test_a_redirect_is_followed_like_a_link_of_its_own() -> None:
    link = parse_link("https://photos.example/a/1.jpg")
    assert follow(link, "../b/2.jpg").url == "https://photos.example/b/2.jpg"
    assert follow(link, "//other.example/3.jpg").url == "https://other.example/3.jpg"
    for location in ("file:///etc/passwd", "http://u:p@other.example/", "http://[bad/", "a\r\nb"):
        with pytest.raises(RefusedLink):
            follow(link, location)


def test_the_host_header_names_a_port_of_its_own_only() -> None:
    assert parse_link("https://photos.example:443/").authority == "photos.example"
    assert parse_link("http://photos.example:443/").authority == "photos.example:443"
    assert parse_link("http://[2606:4700::1]:81/").authority == "[2606:4700::1]:81"
