"""Downloads as their users meet them: a real server on loopback that does its worst."""

from __future__ import annotations

import csv
import socket
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from core.errors import Cancelled, InputError, StorageError
from core.images import TABLE, FetchSpec, fetch_photos, link_table
from core.images.links import link_key
from tests.images.hostile import EXPECTED, REFUSED_LINKS, HostileServer, Names, RecordingNetwork
from tests.images.pictures import photo


def statuses(folder: Path) -> dict[str, dict[str, str]]:
    """The rows of the status table by link."""
    with (folder / TABLE).open(newline="") as file:
        return {row["url"]: row for row in csv.DictReader(file)}


def photos(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name != TABLE and not path.name.startswith("."))


def test_every_trouble_ends_in_its_status_and_only_the_server_is_touched(
    server: HostileServer, spec: FetchSpec, names: Names, network: RecordingNetwork, tmp_path: Path
) -> None:
    links = {kind: server.url(kind, 7) for kind, status in EXPECTED.items() if status != "timed_out"}
    summary = fetch_photos([*links.values(), *REFUSED_LINKS], tmp_path, spec, resolve=names, network=network)
    rows = statuses(tmp_path)
    assert {kind: rows[link]["status"] for kind, link in links.items()} == {kind: EXPECTED[kind] for kind in links}
    assert {link: rows[link_key(link)]["status"] for link in REFUSED_LINKS} == dict.fromkeys(REFUSED_LINKS, "refused")
    assert set(network.connected) == {("127.0.0.1", server.port)}
    assert server.canary_touched == 0
    assert not set(names.asked) & {"photos.test@10.0.0.1", "2130706433", "0177.0.0.1", "localhost", "demo.invalid"}
    assert photos(tmp_path) == sorted(f"{kind}-7.jpg" for kind, status in EXPECTED.items() if status == "ok")
    assert (summary.links, summary.counts["ok"]) == (len(links) + len(REFUSED_LINKS), len(photos(tmp_path)))
    assert not list(tmp_path.glob(".part-*"))


def test_what_never_comes_is_waited_for_no_longer_than_allowed(
    server: HostileServer, spec: FetchSpec, names: Names, tmp_path: Path
) -> None:
    kinds = [kind for kind, status in EXPECTED.items() if status == "timed_out"]
    # A host each, so that they do not hold up one another.
    links = [server.url(kind, 7, host=f"{kind}.test") for kind in kinds]
    hasty = replace(spec, stall_s=0.2, total_s=0.5, attempts=2)
    assert fetch_photos(links, tmp_path, hasty, resolve=names).counts == {"timed_out": len(kinds)}
    assert {row["attempts"] for row in statuses(tmp_path).values()} == {"2"}
    assert photos(tmp_path) == []


def test_what_an_answer_leaves_on_its_connection_spoils_no_other(
    server: HostileServer, spec: FetchSpec, names: Names, tmp_path: Path
) -> None:
    links = [server.url(kind, number) for number in range(8) for kind in ("lying_length", "ok")]
    summary = fetch_photos(links, tmp_path, replace(spec, per_host=1), resolve=names)
    assert summary.counts == {"ok": 16}
    assert all((tmp_path / f"ok-{number}.jpg").read_bytes() == photo(number) for number in range(8))


def test_a_row_says_what_is_known_of_a_photo(server: HostileServer, spec: FetchSpec, names: Names, tmp_path: Path):
    link = server.url("throttled_once", 3)
    fetch_photos([link], tmp_path, spec, resolve=names)
    row = statuses(tmp_path)[link]
    data = photo(3)
    assert (tmp_path / "throttled_once-3.jpg").read_bytes() == data
    assert {name: row[name] for name in ("http", "attempts", "bytes", "width", "height", "file")} == {
        "http": "200",
        "attempts": "2",
        "bytes": str(len(data)),
        "width": "24",
        "height": "24",
        "file": "throttled_once-3.jpg",
    }


def test_a_second_run_asks_for_nothing_that_is_settled(
    server: HostileServer, spec: FetchSpec, names: Names, tmp_path: Path
) -> None:
    links = [server.url(kind) for kind in ("ok", "missing", "html", "forbidden", "failed")]
    fetch_photos([*links, links[0], f"  {links[0]}#top "], tmp_path, spec, resolve=names)
    asked = dict(server.asked)
    assert asked["/ok/ok-0.jpg"] == 1
    again = fetch_photos(links, tmp_path, spec, resolve=names)
    assert {path for path, count in server.asked.items() if count != asked[path]} == {"/failed/failed-0.jpg"}
    assert again.fetched == 0
    fetch_photos(links, tmp_path, spec, retry=("gone",), resolve=names)
    assert server.asked["/missing/missing-0.jpg"] == 2


def test_a_photo_that_was_deleted_is_fetched_again(
    server: HostileServer, spec: FetchSpec, names: Names, tmp_path: Path
) -> None:
    fetch_photos([server.url("ok")], tmp_path, spec, resolve=names)
    (tmp_path / "ok-0.jpg").unlink()
    assert link_table([server.url("ok")], tmp_path)["status"].tolist() == ["pending"]
    assert fetch_photos([server.url("ok")], tmp_path, spec, resolve=names).fetched == 1


def test_a_photo_that_lies_there_already_is_taken(
    server: HostileServer, spec: FetchSpec, names: Names, tmp_path: Path
) -> None:
    (tmp_path / "ok-1.jpg").write_bytes(photo(200))
    (tmp_path / "ok-2.jpg").write_bytes(photo(200)[:300])
    summary = fetch_photos([server.url("ok", 1), server.url("ok", 2)], tmp_path, spec, resolve=names)
    assert (tmp_path / "ok-1.jpg").read_bytes() == photo(200)
    assert (tmp_path / "ok-2.jpg").read_bytes() == photo(2)
    assert (summary.counts, summary.fetched, dict(server.asked)) == ({"ok": 2}, 1, {"/ok/ok-2.jpg": 1})


def test_links_that_share_a_last_part_keep_their_own_photos_also_when_the_second_comes_later(
    server: HostileServer, spec: FetchSpec, names: Names, tmp_path: Path
) -> None:
    first = server.url("ok", 5)
    second = f"http://photos.test:{server.port}/png/ok-5.jpg"
    fetch_photos([first], tmp_path, spec, resolve=names)
    assert photos(tmp_path) == ["ok-5.jpg"]
    fetch_photos([second], tmp_path, spec, resolve=names)
    rows = statuses(tmp_path)
    assert "ok-5.jpg" not in photos(tmp_path)
    assert (tmp_path / rows[first]["file"]).read_bytes() == photo(5)
    assert (tmp_path / rows[second]["file"]).read_bytes() == photo(5, "PNG")
    assert fetch_photos([first, second], tmp_path, spec, resolve=names).fetched == 0


def test_a_name_that_changes_its_mind_is_checked_at_each_connection(
    server: HostileServer, spec: FetchSpec, network: RecordingNetwork, tmp_path: Path
) -> None:
    answers = iter([["127.0.0.1"], ["10.0.0.9"]])

    async def turncoat(host: str) -> list[str]:
        return next(answers)

    link = server.url("hung_up_once", host="turncoat.test")
    # A look-up is remembered for a while; here it is not.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("core.images.network.REMEMBER_S", -1.0)
        fetch_photos([link], tmp_path, spec, resolve=turncoat, network=network)
    assert statuses(tmp_path)[link]["status"] == "refused"
    assert network.connected == [("127.0.0.1", server.port)]


def test_a_host_that_does_not_exist_is_asked_for_once(spec: FetchSpec, names: Names, tmp_path: Path) -> None:
    links = [f"https://nobody.test/{number}.jpg" for number in range(40)]
    summary = fetch_photos(links, tmp_path, replace(spec, concurrency=1), resolve=names)
    assert summary.counts == {"unreachable": 40}
    assert names.asked == ["nobody.test"]
    assert summary.requests == 1


def test_a_host_that_only_throttles_is_left_for_the_next_run(
    server: HostileServer, spec: FetchSpec, names: Names, tmp_path: Path
) -> None:
    links = [server.url("throttled", number) for number in range(200)]
    summary = fetch_photos(links, tmp_path, replace(spec, host_gives_up=6, per_host=4), resolve=names)
    assert summary.counts == {"throttled": 200}
    assert summary.requests < 20


def test_a_host_never_has_more_requests_than_it_may(
    server: HostileServer, spec: FetchSpec, names: Names, tmp_path: Path
) -> None:
    links = [server.url("ok", number) for number in range(40)]
    fetch_photos(links, tmp_path, replace(spec, per_host=3), resolve=names)
    assert server.most_at_once <= 3


def test_without_the_switch_this_machine_is_never_asked(
    server: HostileServer, spec: FetchSpec, names: Names, network: RecordingNetwork, tmp_path: Path
) -> None:
    links = [server.url("ok"), server.url("ok", host="127.0.0.1")]
    summary = fetch_photos(links, tmp_path, replace(spec, loopback_ports=()), resolve=names, network=network)
    assert (summary.counts, network.connected, dict(server.asked)) == ({"refused": 2}, [], {})


def test_proxies_of_the_environment_are_not_used(
    server: HostileServer, spec: FetchSpec, names: Names, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{server.canary_port}")
    assert fetch_photos([server.url("ok")], tmp_path, spec, resolve=names).counts == {"ok": 1}
    assert server.canary_touched == 0


def test_the_certificate_is_asked_for_by_name_though_the_address_is_connected_to(
    spec: FetchSpec, names: Names, network: RecordingNetwork, tmp_path: Path
) -> None:
    hello: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

        def listen() -> None:
            connection, _ = listener.accept()
            with connection:
                hello.append(connection.recv(4096))

        listening = threading.Thread(target=listen)
        listening.start()
        link = f"https://photos.test:{port}/1.jpg"
        once = replace(spec, attempts=1, loopback_ports=(port,))
        fetch_photos([link], tmp_path, once, resolve=names, network=network)
        listening.join()
    assert network.connected == [("127.0.0.1", port)]
    assert b"photos.test" in hello[0] and b"127.0.0.1" not in hello[0]
    assert statuses(tmp_path)[link]["status"] == "unreachable"


def test_cancelling_keeps_what_is_finished_and_leaves_no_piece(
    server: HostileServer, spec: FetchSpec, names: Names, tmp_path: Path
) -> None:
    links = [server.url("ok"), *(server.url("stall_later", number) for number in range(5))]

    def report(fraction: float, message: str) -> None:
        if fraction > 0:
            raise Cancelled

    with pytest.raises(Cancelled):
        fetch_photos(links, tmp_path, replace(spec, stall_s=60, total_s=60), resolve=names, report=report)
    assert photos(tmp_path) == ["ok-0.jpg"]
    assert [row["status"] for row in statuses(tmp_path).values()] == ["ok"]
    assert not list(tmp_path.glob(".part-*"))


def test_it_tells_how_it_goes(server: HostileServer, spec: FetchSpec, names: Names, tmp_path: Path) -> None:
    told: list[tuple[float, str]] = []
    links = [server.url("missing"), server.url("stall_first")]
    hasty = replace(spec, stall_s=1.0, attempts=1)
    fetch_photos(links, tmp_path, hasty, resolve=names, report=lambda *what: told.append(what))
    assert told[0] == (0.0, "photos, 0 of 2")
    assert any("1 of 2 · 1 failed" in message for _, message in told)


def test_a_full_disk_is_said_and_the_next_run_goes_on(
    server: HostileServer, spec: FetchSpec, names: Names, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetch_photos([server.url("ok", 1)], tmp_path, spec, resolve=names)

    def full(self: object, piece: bytes) -> None:
        raise StorageError("the folder took no more photos (No space left on device). Free some space.")

    with monkeypatch.context() as patch:
        patch.setattr("core.images.body.Sink._write", full)
        with pytest.raises(StorageError, match="took no more photos"):
            fetch_photos([server.url("ok", 1), server.url("ok", 2)], tmp_path, spec, resolve=names)
    assert photos(tmp_path) == ["ok-1.jpg"]
    summary = fetch_photos([server.url("ok", 1), server.url("ok", 2)], tmp_path, spec, resolve=names)
    assert (summary.counts, summary.fetched) == ({"ok": 2}, 1)


def test_bad_input_is_said_before_anything_is_done(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(InputError, match="'okay' is no status"):
        fetch_photos([], tmp_path / "new", retry=("okay",))
    assert not (tmp_path / "new").exists()
    with pytest.raises(InputError, match="cannot be written"):
        fetch_photos([], tmp_path / "file")
    with pytest.raises(InputError, match="concurrency"):
        FetchSpec(concurrency=0)


def test_stored_photos_open(server: HostileServer, spec: FetchSpec, names: Names, tmp_path: Path) -> None:
    fetch_photos([server.url(kind) for kind in ("png", "gif", "webp", "gzipped")], tmp_path, spec, resolve=names)
    formats = []
    for name in photos(tmp_path):
        with Image.open(tmp_path / name) as picture:
            formats.append((name, picture.format))
    assert formats == [("gif-0.jpg", "GIF"), ("gzipped-0.jpg", "JPEG"), ("png-0.jpg", "PNG"), ("webp-0.jpg", "WEBP")]
