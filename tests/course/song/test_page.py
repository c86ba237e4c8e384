"""The page in a real browser: a song becomes covers, a bad one a line; visitors are apart, and nothing stays."""

import io
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
import soundfile
from PIL import Image

from albumlib import Pipeline
from albumlib.course.song import SongPage
from albumlib.course.song.serve import page_notebook
from albumlib.course.song.transfer import MOST_BYTES
from albumlib.data.tags import embedded_art
from albumlib.demoworld.music.songs import synthesize_song
from albumlib.genre.pretrained.musicnn.network import load_pretrained

PATIENCE = 240  # seconds; on a busy machine everything takes long
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
LINE, COVERS = ".albumlib-line", ".albumlib-covers img"
# By the page's own clock: what drives the browser looks for covers only twice a second.
CLOCK = """() => {
  document.querySelector("input[type=file]").addEventListener("change", () => (window.dropped = performance.now()));
  const look = () => {
    if (document.querySelector("COVERS")?.offsetParent) window.shown ??= performance.now();
    else requestAnimationFrame(look);
  };
  look();
}""".replace("COVERS", COVERS)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def browser():
    if CHROMIUM is None:
        pytest.skip("no browser: the page is tested where chromium is installed (apt-get install chromium)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """Where the page's program may write: its home and its temporary folder."""
    folder = tmp_path_factory.mktemp("page")
    (folder / "tmp").mkdir()
    return folder


@pytest.fixture(scope="module")
def address(browser, place):
    port = free_port()
    environment = os.environ | {"ALBUMLIB_HOME": str(place / "home"), "TMPDIR": str(place / "tmp"), "NO_PROXY": "*"}
    command = [sys.executable, "-m", "albumlib.course.song.serve", "--port", str(port), "--warm", "1"]
    with open(place / "log", "w") as log:
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    try:
        wait_for(f"http://127.0.0.1:{port}/voila/static/voila.js", server)
        yield f"http://127.0.0.1:{port}/"
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(60)


def wait_for(url, server):
    """Wait until the server answers, with whatever."""
    opener, until = urllib.request.build_opener(urllib.request.ProxyHandler({})), time.monotonic() + PATIENCE
    while time.monotonic() < until and server.poll() is None:
        try:
            return opener.open(url, timeout=PATIENCE).close()
        except urllib.error.HTTPError:
            return None
        except OSError:
            time.sleep(0.2)
    raise AssertionError("the page does not come up")


@pytest.fixture(scope="module")
def visitors(browser, address):
    """Two people who have the page open at once; each has a list of what was fetched."""
    pages = []
    for _ in range(2):
        context = browser.new_context(accept_downloads=True)
        context.set_default_timeout(1000 * PATIENCE)
        page = context.new_page()
        page.fetched = []
        page.on("response", lambda response, page=page: page.fetched.append(response.url))
        page.goto(address)
        page.wait_for_selector("input[type=file]", state="attached")
        pages.append(page)
    return pages


@pytest.fixture(scope="module")
def song(tmp_path_factory):
    path = tmp_path_factory.mktemp("songs") / "Ærlig <b>sang.mp3"
    soundfile.write(path, synthesize_song("Rock", artist_seed=1, seed=1, duration=30.0, sr=22050), 22050)
    return path


def drop(page, path):
    """Drop a file on its place, and wait until the page has done with it: its line is another, and no waiting one."""
    before = page.text_content(LINE)
    page.set_input_files("input[type=file]", path)
    page.wait_for_function(
        f"before => (now => now != before && !now.endsWith('…'))(document.querySelector('{LINE}').textContent)",
        arg=before,
    )


def saved(page, label):
    with page.expect_download() as download:
        page.get_by_role("button", name=label).click()
    return download.value.suggested_filename, Path(download.value.path()).read_bytes()


def test_a_song_becomes_covers_that_can_be_taken_along(visitors, address, song, place, tmp_path, capsys):
    page, other = visitors
    page.evaluate(CLOCK)
    page.set_input_files("input[type=file]", song)
    page.wait_for_selector(COVERS)
    with capsys.disabled():
        seconds = page.evaluate("window.shown - window.dropped") / 1000
        print(f"\n[from drop to covers: {seconds:.2f} s for a song of 30 s]")
    page.wait_for_function(f"document.querySelector('{LINE}').textContent == ''")
    assert page.locator(COVERS).count() == 6
    assert page.locator("audio").count() == 1
    assert other.locator(COVERS).count() == 0
    assert "sang" not in other.content()

    first = page.locator(COVERS).first.get_attribute("src")
    page.get_by_role("button", name="Other covers").click()
    page.wait_for_function(f"document.querySelector('{COVERS}').src != '{first}'")

    second = page.locator(COVERS).first.get_attribute("src")
    page.get_by_role("slider", name="variety").fill("0.2")
    page.wait_for_function(f"document.querySelector('{COVERS}').src != '{second}'")

    page.get_by_role("button", name="2", exact=True).click()
    name, data = saved(page, "PNG, 100×100")
    with Image.open(io.BytesIO(data)) as cover:
        assert cover.size == (100, 100)
        assert cover.text["Song"] == song.name
        assert name.endswith(f"{cover.text['Genre']} - 1 - 2.png")
    name, data = saved(page, "Upscale, 3000×3000")
    with Image.open(io.BytesIO(data)) as cover:
        assert cover.size == (3000, 3000)
        assert "upscale" in cover.text["Comment"]
    name, data = saved(page, "The song with this cover")
    (tmp_path / "copy.mp3").write_bytes(data)
    assert name.endswith(" - with cover.mp3")
    assert Image.open(io.BytesIO(embedded_art(tmp_path / "copy.mp3"))).size == (1000, 1000)
    assert song.read_bytes()[-1000:] == data[-1000:]

    assert {url.split(":")[0] for url in page.fetched} <= {"http", "data", "blob"}
    assert [url for url in page.fetched if url.startswith("http") and not url.startswith(address)] == []
    kept = [path for path in place.rglob("*") if path.is_file()]
    sound, title = song.read_bytes()[20_000:20_200], b"<b>sang"
    assert kept
    assert not [path for path in kept if "sang" in path.name]
    assert not [path for path in kept for data in [path.read_bytes()] if sound in data or title in data]


def test_a_bad_file_is_one_line_and_the_page_goes_on(visitors, song, tmp_path):
    page, bad, large = visitors[1], tmp_path / "bad.mp3", tmp_path / "large.wav"
    bad.write_text("This is no music.\n" * 50)
    with open(large, "wb") as file:
        file.truncate(MOST_BYTES + 1)
    drop(page, bad)
    assert page.text_content(LINE).startswith("bad.mp3: not audio, or damaged")
    drop(page, large)
    assert page.text_content(LINE) == "large.wav has 51 MB; up to 50 MB can be taken. Use an mp3, or a part of it."
    assert page.locator(COVERS).count() == 0
    drop(page, song)
    assert page.text_content(LINE) == ""
    assert page.locator(COVERS).count() == 6


def test_it_listens_on_this_machine_alone(address):
    port = int(address.rsplit(":", 1)[1].strip("/"))
    with socket.socket() as probe:
        probe.settimeout(5)
        assert probe.connect_ex(("127.0.0.1", port)) == 0
    with socket.socket() as probe:
        probe.settimeout(5)
        assert probe.connect_ex(("127.0.0.2", port)) != 0


def test_a_page_without_a_song_has_loaded_all_that_one_needs():
    load_pretrained.cache_clear()
    page = SongPage(Pipeline())
    page.show()
    assert load_pretrained.cache_info().currsize == 2
    assert page.made is None
    assert page.upload.line == page.genre.value == page.covers.value == ""


def test_the_page_is_the_notebook_s_tagged_cells():
    notebook = page_notebook()
    source = "\n".join(cell.source for cell in notebook.cells)
    assert notebook.cells[0].source.startswith("# A cover for your song")
    assert "SongPage(pipeline" in source
    assert "open_source" not in source
    assert "check(" not in source
