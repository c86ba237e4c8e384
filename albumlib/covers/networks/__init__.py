"""Generators and critics, by name.

Every generator maps ``[noise (batch, latent_dim), labels (batch, n_genres)]`` to images ``(batch, 100, 100, 3)`` in
-1 to 1; every critic maps ``[images, labels]`` to scores ``(batch, 1)``. The networks "sketch" have scaled sketches
``(batch, 25, 25, 8)`` in the place of images (`albumlib.covers.finishing`), and the generator of "painter" gives a
fourth plane, the strength of grain. Labels are one-hot vectors, or mixtures of
genres that sum to 1. It is called critic whatever the loss, though under a sigmoid or hinge loss it is a discriminator.
No critic has batch normalization: the gradient penalty is defined per sample. (With `deviation` a score depends on
the batch by one number, which the penalty bears.)
"""

from typing import TYPE_CHECKING, Literal

from albumlib.covers.networks.compact import compact_critic, compact_generator
from albumlib.covers.networks.growing import Size, growing_critic, growing_generator
from albumlib.covers.networks.painter import painter_critic, painter_generator
from albumlib.covers.networks.report import report_critic, report_generator
from albumlib.covers.networks.sketch import sketch_critic, sketch_generator
from albumlib.errors import choose

if TYPE_CHECKING:
    import keras

IMAGE_SIZE = 100
Networks = Literal["compact", "growing", "painter", "report", "sketch"]


def build(
    networks: Networks,
    *,
    latent_dim: int,
    n_genres: int,
    width: float = 1.0,
    size: Size = IMAGE_SIZE,
    top_kernel: int = 3,
    blur: bool = False,
    deviation: bool = False,
) -> tuple["keras.Model", "keras.Model"]:
    """Build a generator and its critic.

    Parameters
    ----------
    networks
        "compact": small, steered by noise and genre at every scale; "growing": larger as the training goes on;
        "report": the report's, its mistakes mended; "sketch": of sketches, which a finisher works out; "painter": such
        a generator and its finisher in one.
    latent_dim
        Length of the noise vector.
    width
        Multiplies the number of channels; 1 is the network as described.
    size
        Of the covers, for the networks "growing"; all others have one size.
    top_kernel
        See `albumlib.covers.settings.GanSettings`; the networks "report", "sketch" and "painter" do not read it.
    blur
        See there; the networks "compact" alone read it.
    deviation
        See there; the networks "compact", "sketch" and "painter" read it.

    Raises
    ------
    InputError
        If there are no networks of that name.

    Notes
    -----
    Notebook: 10_train_cover_gan

    Examples
    --------
    >>> generator, critic = build("compact", latent_dim=64, n_genres=3)
    >>> generator.output_shape, critic.output_shape
    ((None, 100, 100, 3), (None, 1))
    """
    make_generator, make_critic = choose(NETWORKS, networks, what="networks", where="networks")
    both = {"n_genres": n_genres, "width": width}
    both |= {"growing": {"size": size}, "compact": {"blur": blur}}.get(networks, {})
    top = {"top_kernel": top_kernel} if networks in ("compact", "growing") else {}
    sees = {} if networks in ("growing", "report") else {"deviation": deviation}
    return make_generator(latent_dim=latent_dim, **both, **top), make_critic(**both, **sees)


NETWORKS: dict[Networks, tuple] = {
    "compact": (compact_generator, compact_critic),
    "growing": (growing_generator, growing_critic),
    "painter": (painter_generator, painter_critic),
    "report": (report_generator, report_critic),
    "sketch": (sketch_generator, sketch_critic),
}
# layer's channels, at width 1
NARROWEST: dict[Networks, int] = {"compact": 16, "growing": 12, "painter": 16, "report": 64, "sketch": 48}
