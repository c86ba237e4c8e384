"""Unpacking: nothing outside the folder, nothing beyond its size, nothing twice, nothing by halves."""

import stat
import zipfile

import numpy as np
import pytest
from served import describe, make_zip

from albumlib.errors import InputError


def test_an_interrupted_unpacking_keeps_what_is_there(fetch, small, tmp_path):
    target = fetch(keep=True)
    (tmp_path / "fma" / "fma_small.complete.json").unlink()
    kept, lost = target / "checksums", target / "000" / "000002.mp3"
    music, before = lost.read_bytes(), kept.stat()
    lost.unlink()
    lost.with_name(lost.name + ".partial").write_bytes(music[:100])
    (target / "000" / "000005.mp3").write_bytes(music[:-1])  # a wrong size
    fetch()
    assert lost.read_bytes() == (target / "000" / "000005.mp3").read_bytes() == music
    assert (kept.stat().st_ino, kept.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert not list(target.rglob("*.partial"))


def put(folder, content):
    (folder / "fma").mkdir(exist_ok=True)
    (folder / "fma" / "fma_small.zip").write_bytes(content)
    return describe("fma_small", content)


HOSTILE = [
    "../escaped.txt",
    "fma_small/../../escaped.txt",
    "/tmp/escaped.txt",
    "fma_small//tmp/escaped.txt",
    "C:/escaped.txt",
    "fma_small/C:escaped.txt",
    "fma_small\\..\\..\\escaped.txt",
    "fma_small/..\\escaped.txt",
    "elsewhere/escaped.txt",
    "escaped.txt",
    "fma_small",
    "fma_small/.hidden",
    "fma_small/./a",
    "fma_small/a\nb",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_no_entry_leaves_the_folder(fetch, tmp_path, name):
    archive = put(tmp_path, make_zip({"fma_small/good.txt": "good", name: "bad"}))
    with pytest.raises(InputError, match="entry outside its folder"):
        fetch(archive=archive)
    assert [path.name for path in tmp_path.rglob("*")] == ["fma", "fma_small.zip"]


def test_a_name_cut_by_a_zero_byte_is_refused(fetch, tmp_path):
    content = make_zip({"fma_small/abXcd": "bad"}).replace(b"fma_small/abXcd", b"fma_small/ab\0cd")
    with pytest.raises(InputError, match="entry outside its folder"):
        fetch(archive=put(tmp_path, content))


def test_links_are_refused(fetch, tmp_path):
    link = zipfile.ZipInfo("fma_small/link")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with pytest.raises(InputError, match=r"entry is no file.*a link: fma_small/link"):
        fetch(archive=put(tmp_path, make_zip({link: "/etc/passwd"})))
    assert not (tmp_path / "fma" / "fma_small").exists()


def test_folders_are_fine_and_names_in_two_cases_are_not(fetch, tmp_path):
    fetch(archive=put(tmp_path, make_zip({"fma_small/": "", "fma_small/000/": "", "fma_small/000/a.txt": "a"})))
    with pytest.raises(InputError, match=r"occurs twice; got fma_small/A\.txt"):
        fetch(archive=put(tmp_path, make_zip({"fma_small/a.txt": "a", "fma_small/A.txt": "b"})))


def test_a_bomb_is_refused_before_it_is_unpacked(fetch, tmp_path):
    content = make_zip({"fma_small/zeros": bytes(50_000_000)})
    assert len(content) < 1000
    archive = describe("fma_small", content, unpacked=10_000_000)
    put(tmp_path, content)
    with pytest.raises(InputError, match=r"too large; expected at most 9\.54MiB unpacked; got 47\.7MiB"):
        fetch(archive=archive)


def test_a_bomb_that_lies_about_its_size_writes_no_more_than_it_told(fetch, tmp_path):
    content = make_zip({"fma_small/zeros": bytes(50_000_000)})
    told = (50_000_000).to_bytes(4, "little")
    with pytest.raises(InputError, match="damaged entry; got fma_small/zeros: Bad CRC-32"):
        fetch(archive=put(tmp_path, content.replace(told, (1000).to_bytes(4, "little"))))
    assert [path.name for path in (tmp_path / "fma").rglob("*")] == ["fma_small.zip", "fma_small"]


def test_a_damaged_entry_is_named(fetch, tmp_path):
    content = bytearray(make_zip({"fma_small/noise": np.random.default_rng(2).bytes(50_000)}))
    content[25_000] ^= 0xFF
    with pytest.raises(InputError, match=r"damaged entry; got fma_small/noise: .*delete the archive"):
        fetch(archive=put(tmp_path, bytes(content)))
    with pytest.raises(InputError, match="no readable zip file"):
        fetch(archive=put(tmp_path, b"PK no zip at all"))


def test_encrypted_entries_are_refused(fetch, tmp_path):
    content = bytearray(make_zip({"fma_small/a": "a"}))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(signature) + offset] |= 1
    with pytest.raises(InputError, match="entry cannot be read"):
        fetch(archive=put(tmp_path, bytes(content)))
