"""A generator to ship, packed and measured: ``python benchmarks/painter.py FOLDER``.

Without a GPU: draws covers that no demo world holds, teaches the finisher, trains the GAN of sketches and lets both
learn on together, in hours of one core. Each stage goes on where it was interrupted. With ``--trained``, takes what
``benchmarks/painter_gpu`` has left in a folder, as the generator that is shipped.

Puts the model with rounded weights, its ONNX copy and its card into ``FOLDER/painter``, which takes the place of
``albumlib/models/painter``. Measures it by a judge and covers that have had no part in it. What the shipped card says
besides, of its training and without truncation, is written by hand.
"""

import os

os.environ.update(dict.fromkeys(["OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"], "1"))
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")

import zipfile
from pathlib import Path

import click
import numpy as np

from albumlib.backend import load_model, save_model
from albumlib.covers.finishing.finisher import painter
from albumlib.covers.finishing.sampling import generate
from albumlib.covers.finishing.training import train_finisher
from albumlib.covers.noise import TRUNCATION, sample_noise
from albumlib.covers.settings import PAINTER, SKETCH
from albumlib.covers.training import train_gan
from albumlib.demoworld.pictures.covers import draw_cover
from albumlib.evaluation.judge import train_judge
from albumlib.evaluation.report import evaluate_covers
from albumlib.genres import NAMES
from albumlib.light.export import export_run
from albumlib.progress import progress_bar
from albumlib.runs import Run

# A cover's number is its artist's and its own; no demo world comes near these.
TRAINED, JUDGED, UNSEEN = 7_000_000_000, 8_000_000_000, 69_000_000
# Without a GPU: how far the weights lie from those before the last stage to those after it. All the way the critic's
# taste for texture shows as a weave where nothing should be (network interpolation: Wang et al., ESRGAN, 2018,
# section 3.4).
WAY = 0.5
SAMPLINGS, SHOWN = 3, 60  # times that covers are measured, and covers a genre in each


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--per-genre", default=2000, help="Covers to learn from.")
@click.option("--epochs", default=1, help="Of the finisher.")
@click.option("--sketch-steps", default=4156, help="Of the GAN of sketches.")
@click.option("--steps", default=5700, help="Of both together.")
@click.option("--judged", default=240, help="Covers a genre that the judge learns from.")
@click.option("--unseen", default=64, help="Covers a genre to measure by.")
@click.option("--trained", type=click.Path(path_type=Path), help="Of painter_gpu: train nothing, take these networks.")
def main(folder, per_genre, epochs, sketch_steps, steps, judged, unseen, trained):
    """Train a generator to ship, or take one, measure it and pack it."""
    if trained:
        model = painter(load_model(trained / "generator.keras"), load_model(trained / "finisher.keras"))
        card = {"kind": "gan", "genres": list(NAMES), "latent_dim": PAINTER.latent_dim, "noise": PAINTER.noise}
        card["data"] = "demo covers, drawn by the project"
    else:
        model, card = learned(folder, per_genre=per_genre, epochs=epochs, sketch_steps=sketch_steps, steps=steps)
    shipped = packed(model, card, Run(folder / "painter"))
    table = measured(load_model(shipped.model_path), folder, judged=judged, unseen=unseen)
    click.echo(table.to_string(index=False, float_format="{:.3f}".format))
    shipped.finish({**shipped.load_card("gan"), "scores": scores_of(table)})
    export_run(shipped, "gan")


def learned(folder, *, per_genre, epochs, sketch_steps, steps):
    """All stages on one core: the model, its weights between those before and after the last stage, and its card."""
    covers = drawn(folder / "trained.npy", TRAINED, per_genre)
    options = {"genres": NAMES, "data": f"demo covers, {per_genre:,} a genre, drawn by the project"}
    finisher, sketch, together = (Run(folder / name) for name in ("finisher", "sketch", "together"))
    train_finisher(covers[0], finisher, epochs=epochs, data=options["data"])
    train_gan(*covers, sketch, settings=SKETCH, steps=sketch_steps, finisher=finisher, **options)
    train_gan(*covers, together, settings=PAINTER, steps=steps, start=sketch, **options)
    model, before = load_model(together.model_path), load_model(sketch.model_path)
    pairs = zip(model.get_weights(), before.get_weights(), strict=True)
    model.set_weights([WAY * end + (1 - WAY) * old for end, old in pairs])
    return model, together.load_card("gan")


def drawn(path, first, per_genre):
    """Covers and labels: so many of each genre, in turns, kept in a file."""
    labels = np.tile(np.arange(len(NAMES)), per_genre)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".partial.npy")
        images = np.lib.format.open_memmap(partial, "w+", "uint8", (len(labels), 100, 100, 3))
        with progress_bar(total=len(labels), desc=f"drawing {path.stem} covers", unit="covers") as bar:
            for place, genre in enumerate(labels):
                number = first + place // len(NAMES)
                images[place] = draw_cover(NAMES[genre], artist_seed=number, seed=number, size=100)
                bar.update()
        images.flush()
        os.replace(partial, path)
    return np.load(path, mmap_mode="r"), labels


def packed(model, card, shipped):
    """The model with rounded weights, which pack to a third of the room; the network still reckons in float32."""
    model.set_weights([rounded(weights) for weights in model.get_weights()])
    shipped.folder.mkdir(parents=True, exist_ok=True)
    save_model(model, shipped.folder / "loose.keras")
    with zipfile.ZipFile(shipped.folder / "loose.keras") as loose, zipfile.ZipFile(shipped.model_path, "w") as tight:
        for member in loose.infolist():
            same = zipfile.ZipInfo(member.filename, (2026, 1, 1, 0, 0, 0))  # equal weights, equal bytes
            tight.writestr(same, loose.read(member), zipfile.ZIP_DEFLATED, 9)
    (shipped.folder / "loose.keras").unlink()
    shipped.finish(card)
    return shipped


def rounded(weights):
    """Kernels to whole multiples of a 127th of their largest, all else to half precision."""
    if weights.ndim == 1 or not weights.any():
        return weights.astype("float16").astype("float32")
    unit = np.abs(weights).max() / np.float32(127)
    return np.round(weights / unit) * unit


def measured(model, folder, *, judged, unseen):
    """All measures, each sampling beside the real covers."""
    known, kept = drawn(folder / "judged.npy", JUDGED, judged), drawn(folder / "unseen.npy", UNSEEN, unseen)
    judge = train_judge(*known, None, Run(folder / "judge"), genres=NAMES, epochs=12)
    asked = np.repeat(np.arange(len(NAMES)), SHOWN)
    tables = []
    for sampling in range(SAMPLINGS):
        rng = np.random.default_rng(sampling)
        noise = sample_noise(
            rng, len(asked), PAINTER.latent_dim, truncation=TRUNCATION[PAINTER.noise], kind=PAINTER.noise
        )
        covers = generate(model, np.eye(len(NAMES))[asked], noise)
        table, _ = evaluate_covers(covers, asked, known, kept, judge, genres=NAMES, draws=30)
        tables.append(table)
    return tables[0].assign(
        value=np.mean([table["value"] for table in tables], axis=0),
        low=np.min([table["value"] for table in tables], axis=0),
        high=np.max([table["value"] for table in tables], axis=0),
    )


def scores_of(table):
    """The means over all covers, and how often each genre is recognised."""
    whole = table[table["genre"] == "all"].set_index("metric")["value"]
    each = table[(table["metric"] == "recognisability") & (table["genre"] != "all")].set_index("genre")["value"]
    return {**whole.round(4).to_dict(), "recognised by genre": each.round(2).to_dict()}


if __name__ == "__main__":
    main()
