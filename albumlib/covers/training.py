"""Training the conditional GAN into a run folder: the loop around the steps, samples, checkpoints."""

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

import numpy as np

from albumlib.backend import load_model, save_model
from albumlib.covers.finishing.finisher import painter, sketching_part
from albumlib.covers.finishing.grain import fit_grain, grained_painter
from albumlib.covers.finishing.sampling import generate
from albumlib.covers.finishing.sketches import PLANES, SIDE
from albumlib.covers.gan import CoverGan
from albumlib.covers.networks.faults import genre_codes
from albumlib.covers.networks.growing import enlarge, shrink, size_at
from albumlib.covers.noise import TRUNCATION, NoiseKind, sample_noise
from albumlib.covers.pixels import save_grid
from albumlib.covers.settings import GanSettings
from albumlib.covers.together import PainterGan
from albumlib.data.catalog import data_digest
from albumlib.data.images import SIZE, check_covers
from albumlib.errors import InputError
from albumlib.light.export import export_onnx
from albumlib.progress import progress_bar
from albumlib.runs import Run, digest_of

if TYPE_CHECKING:
    import keras


def train_gan(
    images: np.ndarray,
    labels: np.ndarray,
    run: Run,
    *,
    genres: Sequence[str],
    settings: GanSettings | None = None,
    steps: int = 1000,
    seed: int = 0,
    finisher: Run | None = None,
    start: Run | None = None,
    log_every: int | None = None,
    sample_every: int | None = None,
    checkpoint_every: int | None = None,
    data: str = "",
    progress: bool = True,
    on_sample: Callable[[Run], object] | None = None,
) -> "keras.Model":
    """Train a conditional GAN into a run folder, from the start or from its last checkpoint.

    Parameters
    ----------
    images : uint8, shape (n, 100, 100, 3)
    labels : int, shape (n,)
        Index into `genres`.
    genres
        Class order; it is saved with the run.
    steps
        Each of `settings.critic_updates` critic and `settings.generator_updates` generator updates.
    seed
        Of weights, batches and noise.
    finisher
        For the networks "sketch": a finished run of `albumlib.covers.finishing.training.train_finisher`. Sample grids
        and the model are finished by it; without it, sketches go back as least squares have it, and get grain
        (`albumlib.covers.finishing.grain`).
    start
        For the networks "painter": a finished run of the networks "sketch", whose generator and finisher learn on.
        Without it, both are new.
    log_every, sample_every, checkpoint_every
        In steps; by default a hundred rows, twelve sample grids and four checkpoints a training.
    data
        What the covers are, for the card.
    on_sample
        Called after each sample grid, and once if the training has ended before.

    Returns
    -------
    keras.Model
        The `ema_generator`; of the networks "sketch" and "painter" with its finisher, as a
        `albumlib.covers.finishing.finisher.painter`. Also saved as ``model.keras``.

    Raises
    ------
    InputError
        If images and labels do not fit each other or the genres, the run folder holds another configuration, there is
        a finisher and nothing to finish, or `start` is no run to start from.

    Notes
    -----
    Notebook: 10_train_cover_gan

    Examples
    --------
    >>> run = Run("gan run")
    >>> settings = GanSettings(networks="growing", augment=("translation",))
    >>> generator = train_gan(images, labels, run, genres=genres, settings=settings, steps=2000)
    >>> run.metrics()[["step", "critic_gap", "generator_loss"]]
    """
    settings = settings or GanSettings()
    log_every, sample_every = log_every or max(1, steps // 100), sample_every or max(1, steps // 12)
    checkpoint_every = checkpoint_every or max(1, steps // 4)
    check_covers(images, labels, genres)
    finish, finished_by = _finishing(settings, finisher, images)
    begun, started_from = _starting(settings, start, genres)
    config = {
        "kind": "gan",
        "data": data,
        "n_images": len(images),
        "digest": data_digest(images, labels),
        "genres": list(genres),
        "steps": steps,
        "seed": seed,
        **asdict(settings),
        **finished_by,
        **started_from,
    }
    with run.training(config, defaults=asdict(GanSettings())):
        if run.finished:
            if on_sample:
                on_sample(run)
            return load_model(run.model_path)
        first, folder = run.resume()
        grows = settings.networks == "growing"
        size = size_at(first + 1, steps, settings.shares) if grows else SIZE
        networks = PainterGan if settings.networks == "painter" else CoverGan
        options = {"n_genres": len(genres), "seed": seed, "size": size, "folder": folder, "start": begun}
        gan = networks(settings, **options, steps=steps)
        shown = shrink(images, gan.size) if grows else images
        model = finish(gan.ema_generator)
        grid_labels, grid_noise = fixed_grid(len(genres), settings.latent_dim, kind=settings.noise)
        grid_codes = grid_labels @ genre_codes(len(genres), settings.faults)
        started = time.perf_counter()
        with progress_bar(total=steps, initial=first, desc="training the GAN", unit="steps", show=progress) as bar:
            for step in range(first + 1, steps + 1):
                if grows and gan.size != (size := size_at(step, steps, settings.shares)):
                    gan, shown = gan.grown(size, seed=seed), shrink(images, size)
                    model = finish(gan.ema_generator)
                row = gan.step(shown, labels, seed=seed, step=step, share=step / steps)
                bar.set_postfix_str(f"critic gap {row['critic_gap']:.2f}", refresh=False)
                bar.update()
                if step % log_every == 0:
                    seconds = (time.perf_counter() - started) / (step - first)
                    run.log({"step": step, **row, "seconds_per_step": round(seconds, 4)})
                if step % sample_every == 0 or step == steps:
                    grid = enlarge(generate(model, grid_codes, grid_noise))
                    save_grid(grid, run.samples / f"{step:07d}.png", genres=genres)
                    if on_sample:
                        on_sample(run)
                if step % checkpoint_every == 0 and step < steps:
                    run.save_checkpoint(step, gan.save)
        save_model(model, run.model_path)
        export_onnx(model, run.light_path)
        run.finish(
            {
                "kind": "gan",
                "genres": list(genres),
                "latent_dim": settings.latent_dim,
                "noise": settings.noise,
                **finished_by,
                **started_from,
                "data": data,
                "n_images": len(images),
                "steps": steps,
                "seed": seed,
                "scores": {},
            }
        )
        return model


def _finishing(settings, finisher, images):
    """What makes a model of the generator, and how config and card name it."""
    if finisher is not None and settings.networks != "sketch":
        raise InputError(
            "only sketches are finished",
            where=f"networks {settings.networks}",
            got="a finisher",
            todo="leave it out, or choose the networks sketch",
        )
    if settings.networks == "painter":
        return lambda united: painter(sketching_part(united), united.get_layer("finisher")), {}
    if settings.networks != "sketch":
        return lambda generator: generator, {}
    if finisher is None:
        return lambda generator: grained_painter(generator, fit_grain(images)), {}
    card = finisher.load_card("finisher")
    network = load_model(finisher.model_path, inputs=[(SIDE, SIDE, PLANES)])
    return lambda generator: painter(generator, network), {"finisher": digest_of(card, finisher.model_path)}


def _starting(settings, start, genres):
    """The network to start from, and how config and card name it."""
    if start is None:
        return None, {}
    if settings.networks != "painter":
        raise InputError("these networks start anew", where=f"networks {settings.networks}", todo="leave start out")
    card = start.load_card("gan")
    asked = {"genres": list(genres), "latent_dim": settings.latent_dim, "noise": settings.noise}
    found = {name: card.get(name) for name in asked}
    if found != asked:
        raise InputError("no run to start from", where=start.folder, expected=str(asked), got=str(found))
    model = load_model(start.model_path, inputs=[(settings.latent_dim,), (len(genres),)], output=(SIZE, SIZE, 3))
    if "finisher" not in {layer.name for layer in model.layers}:
        raise InputError("no run to start from", where=start.folder, expected="one that has a finisher")
    return model, {"start": digest_of(card, start.model_path)}


def fixed_grid(
    n_genres: int, latent_dim: int, *, columns: int = 8, seed: int = 1234, kind: NoiseKind = "uniform"
) -> tuple[np.ndarray, np.ndarray]:
    """Labels and noise of the sample grid, the same at every step: a row a genre, a column a (truncated) noise.

    Returns
    -------
    labels : float32, shape (n_genres * columns, n_genres)
    noise : float32, shape (n_genres * columns, latent_dim)
    """
    noise = sample_noise(np.random.default_rng(seed), columns, latent_dim, truncation=TRUNCATION[kind], kind=kind)
    return np.repeat(np.eye(n_genres, dtype="float32"), columns, axis=0), np.tile(noise, (n_genres, 1))
