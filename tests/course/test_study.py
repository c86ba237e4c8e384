"""The study: what is compared is comparable, and runs become tables without loss."""

import numpy as np
import pandas as pd
import pytest

from albumlib import course
from albumlib.course import differences, paired_difference, study
from albumlib.course.variants import VARIANTS, Variant, get_variant, variant_settings
from albumlib.errors import InputError
from albumlib.genre.settings import PLAIN
from albumlib.runs import Run

SEED = 0


def test_a_variant_changes_one_thing():
    for name, variant in VARIANTS.items():
        settings = variant_settings(name, plain=PLAIN, best="ours")
        if variant.changes is None:
            assert settings == "ours"
        else:
            changed = {key for key, value in vars(settings).items() if value != getattr(PLAIN, key)}
            assert changed == set(variant.changes) - {"channels"}


def test_unknown_variants_are_refused():
    with pytest.raises(InputError, match=r"variant: no such variant; expected none, l1,"):
        get_variant("dropout")


@pytest.fixture(scope="module")
def source(make_home):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ALBUMLIB_HOME", str(make_home()))
        yield course.open_source("demo", profile="tiny", progress=False)


def data(source, **changes):
    options = {"profile": "tiny", "settings": PLAIN, "seed": SEED, "progress": False}
    print(f"seed {SEED}")
    return study.study_data(source, variant=Variant("", **changes), **options)


def test_test_artists_are_unseen_and_songs_are_in_one_split(source):
    splits = data(source, share=1.0)
    catalog, _ = course.load_tracks(source)
    assert not set(splits.test_songs["artist"]) & set(catalog["artist"])
    assert not set(splits.train.songs) & set(splits.validation.songs)
    assert len(splits.test) == 2 * len(splits.test_songs)  # 6.5 s are two slices


def test_a_share_of_the_songs_leaves_the_other_splits_alone(source):
    whole, part = data(source, share=1.0), data(source, share=0.5)
    assert len(set(part.train.songs)) == pytest.approx(0.5 * len(set(whole.train.songs)), abs=1)
    assert set(part.train.songs) < set(whole.train.songs)
    np.testing.assert_array_equal(whole.validation.first, part.validation.first)


def test_dealing_slices_puts_songs_in_several_splits(source):
    splits = data(source, split="slice", share=1.0)
    parts = [getattr(splits, name) for name in ("train", "validation", "test")]
    parts = [set(zip(part.songs, part.first, strict=True)) for part in parts]
    assert sum(map(len, parts)) == len(set.union(*parts))  # no slice twice
    assert set(splits.test.songs) & set(splits.train.songs)


def test_differences_are_taken_seed_by_seed():
    """Means differ by 0.1 with either order of the seeds; the pairs show that one agrees and one does not."""
    runs = pd.DataFrame({"variant": ["a", "a", "b", "b"], "seed": [0, 1, 0, 1], "song": [0.5, 0.7, 0.6, 0.4]})
    row = differences(runs, {"a over b": ("a", "b")}, score="song").loc["a over b"]
    assert [row["mean"], row["low"], row["high"], row["seeds"]] == pytest.approx([0.1, -0.1, 0.3, 2])
    assert [row["t_low"], row["t_high"]] == pytest.approx([0.1 - 12.7062 * 0.2, 0.1 + 12.7062 * 0.2], abs=1e-4)


def answers(*right, artists):
    """Songs of two variants in one seed: which of them each gets right, and whose they are."""
    rows = [
        {"variant": variant, "seed": 0, "track_id": str(i), "artist": artist, "genre": "Folk", "predicted": answer}
        for variant, row in zip("ab", right, strict=True)
        for i, (artist, answer) in enumerate(zip(artists, ["Folk" if each else "Jazz" for each in row], strict=True))
    ]
    return pd.DataFrame(rows)


def test_a_difference_on_the_same_songs_is_drawn_by_whole_artists():
    same = paired_difference(answers([1, 1, 0, 0], [1, 1, 0, 0], artists="wxyz"), "a", "b")
    assert same == (0, 0, 0)
    songs = [[1] * 8, [0] * 4 + [1] * 4]
    alone, together = (
        paired_difference(answers(*songs, artists=artists), "a", "b") for artists in ("stuvwxyz", "ssssyyyy")
    )
    assert alone[0] == together[0] == 0.5
    assert together[1:] == (0, 1)  # two artists: both, or one of them twice
    assert 0 < alone[1] < alone[2] < 1


def test_runs_become_tables_and_back(tmp_path, monkeypatch):
    for seed in (0, 1):
        run = Run(tmp_path / f"runs/none-seed{seed}")
        run.start({"seed": seed})
        run.log({"epoch": 1, "val_accuracy": 0.5, "seconds": 2.0})
        run.log({"epoch": 2, "val_accuracy": 0.6, "seconds": 3.0})
        pd.DataFrame({"track_id": ["007"], "genre": ["Folk"]}).to_csv(run.folder / "songs.csv", index=False)
        costs = {"parameters": 7, "multiplications": 9}
        run.finish({"variant": "none", "seed": seed, "scores": {"slice": 0.25, "seconds": 3.0}, **costs})
    (tmp_path / "runs/l1-seed0").mkdir()  # still training: no card
    runs, curves, songs = study.collect(tmp_path / "runs")
    assert runs[["variant", "seed", "slice", "seconds"]].to_numpy().tolist() == [
        ["none", 0, 0.25, 5.0],
        ["none", 1, 0.25, 5.0],
    ]
    assert len(curves) == 4
    monkeypatch.setattr(study, "results_folder", lambda: tmp_path)
    study.save_results("regularization", {"runs": runs, "songs": songs}, command="albumlib sweep ...")
    assert (tmp_path / "regularization_runs.csv").read_text().startswith("# albumlib sweep ...\nvariant,seed")
    back = study.load_results("regularization")
    pd.testing.assert_frame_equal(back["runs"], runs)
    assert list(back["songs"]["track_id"]) == ["007", "007"]


def test_no_runs_and_no_results_are_named(tmp_path):
    with pytest.raises(InputError, match="no finished runs"):
        study.collect(tmp_path)
    with pytest.raises(InputError, match="no results"):
        study.load_results("regularization", folder=tmp_path)
