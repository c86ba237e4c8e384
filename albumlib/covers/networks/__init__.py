"""Generators and critics, by name.

Every generator maps ``[noise (batch, latent_dim), labels (batch, n_genres)]`` to images ``(batch, 100, 100, 3)`` in
-1 to 1; every critic maps ``[images, labels]`` to scores ``(batch, 1)``. Labels are one-hot vectors, or mixtures of
genres that sum to 1. No critic has batch normalization: the gradient penalty is defined per sample.
"""

from albumlib.covers.networks.compact import compact_critic, compact_generator
from albumlib.covers.networks.growing import growing_critic, growing_generator
from albumlib.covers.networks.report import report_critic, report_generator
from albumlib.errors import choose

IMAGE_SIZE = 100


def build(networks, *, latent_dim, n_genres, width=1.0, size=IMAGE_SIZE, top_kernel=3, blur=False):
    """Build a generator and its critic.

    Parameters
    ----------
    networks : {"compact", "growing", "report"}
    latent_dim : int
        Length of the noise vector.
    n_genres : int
    width : float
        Multiplies the number of channels; 1 is the network as described.
    size : {25, 50, 100}
        Of the covers, for the networks "growing"; all others paint 100x100.
    top_kernel : int
        See `albumlib.covers.settings.GanSettings`; the networks "report" do not read it.
    blur : bool
        See there; the networks "compact" alone read it.

    Returns
    -------
    generator, critic : keras.Model

    Raises
    ------
    InputError
        If there are no networks of that name.

    Notes
    -----
    Notebook: 09_train_cover_gan
    """
    make_generator, make_critic = choose(NETWORKS, networks, what="networks", where="networks")
    both = {"n_genres": n_genres, "width": width}
    both |= {"growing": {"size": size}, "compact": {"blur": blur}, "report": {}}[networks]
    top = {} if networks == "report" else {"top_kernel": top_kernel}
    return make_generator(latent_dim=latent_dim, **both, **top), make_critic(**both)


NETWORKS = {
    "compact": (compact_generator, compact_critic),
    "growing": (growing_generator, growing_critic),
    "report": (report_generator, report_critic),
}
