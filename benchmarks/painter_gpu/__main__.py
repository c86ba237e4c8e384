"""How the shipped generator was trained: ``python benchmarks/painter_gpu FOLDER``, in half an hour of one H100.

The package's networks "sketch", wider, and their finisher, in PyTorch, with a GPU (``pip install torch``). Begins from
nothing, draws covers as it goes, and leaves ``generator.keras`` and ``finisher.keras`` in ``FOLDER``. Four parts:

1. Apart: the GAN of sketches, and beside it the finisher's lessons.
2. Together, against a critic of finished covers and one of sketches. Variety is lost on the way, so of this part only
   the two critics are kept.
3. Together again, from the end of part 1, and both critics see how far the covers of a genre differ.
4. Together on, with critics that begin anew, and the generator pays for how far a cover moves with its noise: so that a
   song's covers hardly change with what hardly changes the song. Twice, for more and for less; in the end the weights
   are averaged. Each alone is less sharp, and less often like real covers.

The shipped weights came so, but for each part 8,000 covers a genre were drawn anew, part 4 began with the rounded
weights of part 3, and its two trainings shared the GPU: 9,900 steps each in 490 s. A training on a GPU does not repeat
to the bit, and how far it gets in its time depends on the GPU.
"""

import time
from copy import deepcopy
from pathlib import Path

import click
import torch
from covers import Covers
from device import as_graph, wait
from steps import LATENT_DIM, Painter

from albumlib.backend import load_keras, save_model, seed_everything
from albumlib.covers.finishing.finisher import SIZE, build_finisher
from albumlib.covers.finishing.sketches import PLANES, SIDE
from albumlib.covers.networks.sketch import sketch_generator
from albumlib.covers.networks.style import scored
from albumlib.genres import NAMES

WIDTH, FINISHER, CRITICS = 1.5, 48, 2.0
APART = {"generator": 7e-4, "sketch_critic": 7e-4, "finisher": 1e-3}  # learning rates
FIRST = {"generator": 4e-4, "finisher": 1.5e-4, "pixel_critic": 7e-4, "sketch_critic": 5e-4}
SECOND = {"generator": 2.5e-4, "finisher": 1e-4, "pixel_critic": 9e-4, "sketch_critic": 7e-4}
NEAR, SHARES = (0.25, 0.45), (0.3, 0.7)  # what moves count in the two trainings of part 4, and these in the average
AT_ONCE = 25  # steps between two looks at the clock


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--seconds", nargs=4, default=(220.0, 140.0, 252.0, 490.0), show_default=True, help="Of each part.")
@click.option("--per-genre", default=8000, show_default=True, help="Covers to draw; a multiple of 25.")
@click.option("--device", default="cuda", show_default=True, help="Or cpu, to see that it runs.")
def main(folder, seconds, per_genre, device):
    """Train the shipped generator on a GPU."""
    covers = Covers(per_genre, device)
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = True
    torch.backends.cudnn.benchmark = True
    torch.manual_seed(0)
    networks = untaught()
    painter = Painter(*(each.get_weights() for each in networks), covers)
    apart(painter, seconds[0])
    kept = deepcopy([each.for_keras() for each in painter.averages])
    together(painter, seconds[1], rates=FIRST, told=0.1, sinking=False)
    critics = painter.sketch_critic.for_keras(), painter.pixel_critic.for_keras()
    painter = Painter(*kept, *critics, covers)
    painter.sketch_critic.group()
    painter.pixel_critic.group()
    together(painter, seconds[2], rates=SECOND, told=0.02, lead=400)
    kept = [each.for_keras() for each in painter.averages]
    ends = [nearer(kept, networks[2:], covers, seconds[3], near=near) for near in NEAR]
    folder.mkdir(parents=True, exist_ok=True)
    for network, weights in zip(networks[:2], zip(*ends, strict=True), strict=True):
        pairs = zip(*weights, strict=True)
        network.set_weights([sum(share * each for share, each in zip(SHARES, pair, strict=True)) for pair in pairs])
        save_model(network, folder / f"{network.name.removeprefix('sketch_')}.keras")
    covers.close()


def nearer(kept, critics, covers, seconds, *, near):
    """The fourth part, once: weights of generator and finisher, from those of the third."""
    painter = Painter(*kept, *(each.get_weights() for each in critics), covers)
    painter.sketch_critic.group()
    painter.pixel_critic.group()
    together(painter, seconds, rates=SECOND, told=0.02, lead=1500, near=near)
    return [each.for_keras() for each in painter.averages]


def untaught():
    """Generator, finisher, critic of sketches, critic of covers, as Keras begins them."""
    seed_everything(7)
    return (
        sketch_generator(latent_dim=LATENT_DIM, n_genres=len(NAMES), width=WIDTH),
        build_finisher(width=FINISHER),
        critic((SIDE, SIDE, PLANES), [(48, 3, 1), (96, 4, 2), (128, 4, 2), (160, 4, 2)], units=192),
        critic((SIZE, SIZE, 3), [(filters, 3, 1) for filters in (16, 48, 96, 128)], units=160, pooled=True),
    )


def critic(shape, convolutions, *, units, pooled=False):
    """One of the package's critics, but wider up to its last layer, and telling the genre.

    Parameters
    ----------
    convolutions
        Filters (before they are widened), size and strides of each.
    pooled
        Whether averages of 2x2 follow each.
    """
    keras = load_keras()
    images, labels = keras.Input(shape), keras.Input((len(NAMES),))
    x = images
    for filters, size, strides in convolutions:
        x = keras.layers.Conv2D(round(filters * CRITICS), size, strides, padding="same")(x)
        x = keras.layers.LeakyReLU(0.2)(x)
        x = keras.layers.AveragePooling2D(2)(x) if pooled else x
    return keras.Model([images, labels], scored(x, labels, round(units * CRITICS), tells=True))


def apart(painter: Painter, seconds: float) -> None:
    """The first part: two graphs at once, for neither fills the GPU."""
    adam = painter.optimizers(momentum=0.9)
    _train(painter, [painter.step_of_sketches, painter.step_of_lessons], adam, APART, seconds)


def together(
    painter: Painter,
    seconds: float,
    *,
    rates: dict[str, float],
    told: float,
    lead: int = 0,
    near: float = 0.0,
    sinking: bool = True,
) -> None:
    """The second part and those after it.

    Parameters
    ----------
    rates
        Learning rates by network.
    told
        What the genre counts in the generator's loss.
    lead
        Updates of the critics beforehand.
    near
        What counts in the generator's loss how far covers move with their noise.
    sinking
        Whether the rates sink over the second half.
    """
    adam = painter.optimizers()
    critics = {name: rates[name] for name in ("pixel_critic", "sketch_critic")}
    if lead:
        _train(painter, [painter.step_of_critics], adam, critics, float("inf"), steps=lead)
    _train(painter, [lambda: painter.step_together(told=told, near=near)], adam, rates, seconds, sinking=sinking)


def _train(painter, steps_of, adam, rates, seconds, *, steps=10**9, sinking=True):
    """Repeat some steps for so long or so often; rates rise over 100 steps."""
    device, done = painter.covers.device, 0

    def set_rates(share):
        warm = min(1, (done + 1) / 100) * (max(0.01, min(1, 2 * (1 - share))) if sinking else 1)
        for name, rate in rates.items():
            adam[name].set(rate * warm, done)

    set_rates(0)
    launches = [as_graph(step, lock=painter.covers.lock, device=device) for step in steps_of]
    began = told = time.monotonic()
    while (now := time.monotonic()) < began + seconds and done < steps:
        set_rates((now - began) / seconds)
        for _ in range(AT_ONCE if device == "cuda" else 1):
            for launch in launches:
                launch()
            done += 1
        wait(device)
        if now - told > 10:
            told = now
            said = ", ".join(f"{name} {float(value):.3f}" for name, value in painter.said.items())
            click.echo(f"{done} steps, {1000 * (now - began) / done:.1f} ms each: {said}")


if __name__ == "__main__":
    main()
