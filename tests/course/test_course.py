"""What the notebooks share: profiles, sources, and where covers are found."""

import io

import mutagen
import numpy as np
import pytest
import soundfile
from mutagen import id3
from PIL import Image

from albumlib import course
from albumlib.course.profiles import PROFILES
from albumlib.covers.settings import REPORT, GanSettings
from albumlib.demoworld import world
from albumlib.errors import InputError
from albumlib.features.settings import PRESETS, FeatureSettings
from albumlib.genre.settings import ClassifierSettings


def png(color):
    data = io.BytesIO()
    Image.new("RGB", (40, 60), color).save(data, format="PNG")
    return data.getvalue()


@pytest.fixture
def library(tmp_path):
    """Two genres, a song each: one with a cover inside it, one with a cover beside it."""
    for genre in ("Folk", "Jazz"):
        (tmp_path / genre).mkdir()
        soundfile.write(tmp_path / genre / "song.mp3", np.sin(np.arange(44100) / 9) / 2, 22050, format="MP3")
    tags = mutagen.File(tmp_path / "Folk" / "song.mp3")
    tags.add_tags()
    tags.tags.add(id3.APIC(mime="image/png", type=3, desc="", data=png((200, 0, 0))))
    tags.save()
    (tmp_path / "Jazz" / "cover.png").write_bytes(png((0, 0, 200)))
    return tmp_path


def test_covers_inside_and_beside_songs_are_found(library):
    (library / "Jazz" / "cover.png").rename(library / "Jazz" / "folder.png")
    images, labels, genres, _ = course.load_training_covers(course.open_source("folder", data_dir=library))
    assert images.shape == (2, 100, 100, 3)
    assert sorted(genres[label] for label in labels) == ["Folk", "Jazz"]


def test_stray_pictures_do_not_hide_the_albums(library):
    for place in ("@eaDir", ".thumbnails", "Incoming"):
        (library / place).mkdir()
        (library / place / "thumb.png").write_bytes(png((1, 2, 3)))
    (library / "Jazz" / "cover.png").unlink()
    (library / "loose.png").write_bytes(png((0, 99, 0)))
    images, _, genres, _ = course.load_training_covers(course.open_source("folder", data_dir=library))
    assert (len(images), genres) == (1, ["Folk"])


def test_covers_inside_songs_are_found_where_there_are_no_pictures(library):
    (library / "Jazz" / "cover.png").unlink()
    images, labels, genres, report = course.load_training_covers(course.open_source("folder", data_dir=library))
    assert [genres[label] for label in labels] == ["Folk"]
    assert len(report) == 0
    assert images[0].mean(axis=(0, 1)) == pytest.approx([200, 0, 0], abs=2)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: course.get_profile("huge"), "profile: no such profile; expected tiny, demo, full, report; got huge"),
        (lambda: course.open_source("radio"), "source: no such source"),
        (lambda: course.open_source("folder"), "data_dir: no such folder"),
        (lambda: course.open_source("fma", data_dir="/nowhere"), "data_dir: no such folder"),
    ],
)
def test_wrong_choices_are_named(call, message):
    with pytest.raises(InputError, match=message):
        call()


def test_every_profile_is_whole_and_the_report_s_is_the_report_s():
    for profile in PROFILES.values():
        kinds = [(profile.gan, GanSettings), (profile.features, FeatureSettings)]
        kinds += [(profile.classifier, ClassifierSettings), (profile.study, ClassifierSettings)]
        assert all(isinstance(found, kind) for found, kind in kinds)
    report = course.get_profile("report")
    assert report.features == PRESETS["report"] != course.get_profile("full").features
    assert report.gan == REPORT


def test_two_folders_of_one_name_do_not_share_their_features(tmp_path):
    names = []
    for parent in ("a", "b"):
        (tmp_path / parent / "music").mkdir(parents=True)
        names.append(course.open_source("folder", data_dir=tmp_path / parent / "music").name)
    assert names[0] != names[1]


def two_worlds(seed):
    """A demo world and its unseen one."""
    print(f"seed {seed}")
    source = course.open_source("demo", data_dir="", profile="tiny", seed=seed, progress=False)
    return source, course.unseen_source(source, profile="tiny", progress=False)


@pytest.mark.parametrize("seed", [0, 1, 2, 7])
def test_the_unseen_world_is_never_the_source_s_own(tmp_path, monkeypatch, seed):
    made = []  # planned only, for making a world takes seconds
    monkeypatch.setenv("ALBUMLIB_HOME", str(tmp_path))
    monkeypatch.setattr(world, "make_demo", lambda root, **options: made.append((root, options["seed"])) or root)
    source, unseen = two_worlds(seed)
    assert made == [(source.folder, seed), (unseen.folder, unseen.seed)]
    assert (source.kind, unseen.kind, source.seed) == ("demo", "demo", seed)
    for field in ("seed", "name", "folder"):
        assert getattr(source, field) != getattr(unseen, field)
    tiny = {
        "songs_per_genre": PROFILES["tiny"].songs_per_genre,
        "artists_per_genre": PROFILES["tiny"].artists_per_genre,
    }
    plans = [world.plan_tracks(**tiny, n_bad=3, seed=each.seed) for each in (source, unseen)]
    for field in ("artist", "artist_seed", "seed"):
        assert not set.intersection(*({getattr(track, field) for track in tracks} for tracks in plans))


def test_the_unseen_world_on_disk_shares_no_artist_with_the_source(make_home, monkeypatch):
    monkeypatch.setenv("ALBUMLIB_HOME", str(make_home()))
    artists = [set(course.load_tracks(source)[0]["artist"]) for source in two_worlds(0)]
    assert all(artists)
    assert not artists[0] & artists[1]


def folder_of_covers(folder, **counts):
    """A folder of covers, each of a colour of its own."""
    number = 0
    for genre, count in counts.items():
        (folder / genre).mkdir(parents=True)
        for _ in range(count):
            number += 1
            (folder / genre / f"{number}.png").write_bytes(png((number, 255 - number, 0)))
    return course.open_source("folder", data_dir=folder)


def colours(images):
    return {tuple(image[0, 0]) for image in images}


def test_a_fifth_of_the_covers_is_kept_back_from_the_generator(tmp_path):
    source = folder_of_covers(tmp_path, Folk=40, Jazz=20)
    images, labels, genres, _ = course.load_training_covers(source)
    unseen, unseen_labels = course.load_unseen_covers(source, genres=genres, profile="tiny")
    assert (np.bincount(labels).tolist(), np.bincount(unseen_labels).tolist()) == ([32, 16], [8, 4])
    assert len(colours(images) | colours(unseen)) == 60
    assert colours(course.load_training_covers(source)[0]) == colours(images)  # the same ones at every call


def test_an_artist_s_covers_are_in_one_split(tmp_path):
    source = folder_of_covers(tmp_path, Folk=40)
    rows = [f"Folk/{number}.png,Folk,artist {number % 10}" for number in range(1, 41)]
    (tmp_path / "covers.csv").write_text("\n".join(["path,genre,artist", *rows]))
    splits = (
        course.load_training_covers(source)[0],
        course.load_unseen_covers(source, genres=["Folk"], profile="tiny")[0],
    )
    artists = [{int(colour[0]) % 10 for colour in colours(images)} for images in splits]
    assert len(artists[0] | artists[1]) == 10
    assert not artists[0] & artists[1]


def test_few_covers_are_all_for_training(tmp_path):
    source = folder_of_covers(tmp_path, Folk=20, Jazz=19)
    _, labels, genres, _ = course.load_training_covers(source)
    assert np.bincount(labels).tolist() == [16, 19]
    with pytest.raises(InputError, match=r"no unseen covers; expected at least 20 covers a genre.*got fewer of Jazz"):
        course.load_unseen_covers(source, genres=genres, profile="tiny")


def written(folder):
    return sorted(str(path) for path in folder.rglob("*"))


@pytest.mark.parametrize("held", ["Rock/song.mp3", "cover.jpg", "covers/a.png", ".hidden", "notes.txt"])
def test_the_demo_world_never_enters_a_person_s_folder(tmp_path, held):
    (tmp_path / held).parent.mkdir(exist_ok=True)
    (tmp_path / held).write_bytes(b"mine")
    before = written(tmp_path)
    with pytest.raises(InputError, match=r"which source\?; expected -p source folder \(or fma\) beside -p data_dir"):
        course.open_source("demo", data_dir=tmp_path, profile="tiny", progress=False)
    assert written(tmp_path) == before


def test_a_demo_world_may_be_made_in_an_empty_folder_and_fma_is_plain(tmp_path, monkeypatch):
    monkeypatch.setattr(world, "make_demo", lambda root, **_: root)
    assert course.open_source("demo", data_dir=tmp_path / "new", profile="tiny").kind == "demo"
    assert course.open_source("demo", data_dir=tmp_path, profile="tiny").kind == "demo"
    (tmp_path / "fma_metadata").mkdir()
    assert course.open_source("demo", data_dir=tmp_path, profile="tiny").kind == "fma"
    (tmp_path / "demo.json").write_text("{}")
    assert course.open_source("demo", data_dir=tmp_path, profile="tiny").kind == "demo"


def test_home_is_expanded_and_labels_are_a_part_of_the_name(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "music").mkdir()
    source = course.open_source("folder", data_dir="~/music")
    assert source.folder == tmp_path / "music"
    assert course.open_source("folder", data_dir="~/music", labels="tags").name != source.name
    with pytest.raises(InputError, match="labels: no such labels"):
        course.open_source("folder", data_dir="~/music", labels="guess")


HERE = ["Blues", "Hip-Hop", "Pop", "Shoegaze"]
NAMED = {
    "": HERE,
    " , ": HERE,
    "Pop,Blues": ["Blues", "Pop"],
    "Pop, Blues ,": ["Blues", "Pop"],
    "hip hop": ["Hip-Hop"],
    "SHOEGAZE": ["Shoegaze"],
    "Pop,Metal": ["Pop"],
    "Metal": [],
}


@pytest.mark.parametrize("text", NAMED)
def test_genres_are_named_with_any_commas_and_spelling(text):
    assert course.named_genres(text, HERE) == NAMED[text]


@pytest.mark.parametrize("text", ["Bluse", "Pop;Blues", "Pop Blues", "Blues,Electro", "*"])
def test_a_mistyped_genre_is_told(text):
    with pytest.raises(InputError, match=r"no such genre; expected Blues, Hip-Hop, Pop, Shoegaze, .*; got "):
        course.named_genres(text, HERE)
