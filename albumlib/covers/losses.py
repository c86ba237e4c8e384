"""Adversarial losses, by name, and the gradient penalty.

A loss is a pair of functions of scores of real and of generated (``fake``) images, tensors of shape ``(batch, 1)``,
higher meaning "more real"; their values are scalar tensors. The network that gives the scores is called critic under
the Wasserstein loss, discriminator under the others. Before a sigmoid a score is the logarithm of the odds that an
image is real.
"""

from collections.abc import Callable
from typing import Literal, NamedTuple

from albumlib.backend import Tensor, input_gradient, load_keras
from albumlib.errors import choose

LossName = Literal["wasserstein", "sigmoid", "nonsaturating", "hinge"]


class Loss(NamedTuple):
    """What critic (or discriminator) and generator minimise.

    Attributes
    ----------
    critic
        Of the scores of real and of generated images.
    generator
        Of the scores of generated images.
    """

    critic: Callable[[Tensor, Tensor], Tensor]
    generator: Callable[[Tensor], Tensor]


def get_loss(name: LossName) -> Loss:
    """Look up a loss.

    Raises
    ------
    InputError
        If there is none of that name.

    Notes
    -----
    Notebook: 09_gan_losses

    Examples
    --------
    >>> real, fake = np.array([[1.0], [3.0]]), np.array([[0.0], [-1.0]])
    >>> float(get_loss("wasserstein").critic(real, fake))
    -2.5
    """
    return choose(LOSSES, name, what="loss", where="loss")


def wasserstein_critic(real: Tensor, fake: Tensor) -> Tensor:
    """Critic loss: how far the scores of generated images lie above those of real ones (report, C-GAN step 3)."""
    ops = load_keras().ops
    return ops.mean(fake) - ops.mean(real)


def wasserstein_generator(fake: Tensor) -> Tensor:
    """Generator loss: generated images should score high."""
    return -load_keras().ops.mean(fake)


def sigmoid_discriminator(real: Tensor, fake: Tensor) -> Tensor:
    """Cross-entropy of real or generated: ``-log D(real) - log(1 - D(fake))`` with ``D = sigmoid(score)``.

    It is 2 log 2 where the discriminator knows nothing, 0 where it is sure and right (report, C-GAN step 1).

    References
    ----------
    Goodfellow et al.: *Generative Adversarial Networks*, 2014.
    """
    ops = load_keras().ops
    # softplus(s) is -log(1 - sigmoid(s)), without the logarithm of 0 that the formula meets at high scores.
    return ops.mean(ops.softplus(-real)) + ops.mean(ops.softplus(fake))


def sigmoid_generator(fake: Tensor) -> Tensor:
    """``log(1 - D(fake))``: the discriminator's loss with its sign turned, the two-player game taken by its word.

    Its slope is ``-D(fake)``: where the discriminator is sure that the image is generated, nothing is left to learn
    from (report, C-GAN step 1).
    """
    ops = load_keras().ops
    return -ops.mean(ops.softplus(fake))


def nonsaturating_generator(fake: Tensor) -> Tensor:
    """``-log D(fake)``: the same aim as `sigmoid_generator`, but with a slope of -1 where the discriminator is sure.

    References
    ----------
    Goodfellow et al.: *Generative Adversarial Networks*, 2014, section 3.
    """
    ops = load_keras().ops
    return ops.mean(ops.softplus(-fake))


def hinge_discriminator(real: Tensor, fake: Tensor) -> Tensor:
    """Discriminator loss that asks for scores above 1 and below -1, and for no more.

    References
    ----------
    Lim and Ye: *Geometric GAN*, 2017.
    """
    ops = load_keras().ops
    return ops.mean(ops.relu(1.0 - real)) + ops.mean(ops.relu(1.0 + fake))


LOSSES: dict[LossName, Loss] = {
    "wasserstein": Loss(wasserstein_critic, wasserstein_generator),
    "sigmoid": Loss(sigmoid_discriminator, sigmoid_generator),
    "nonsaturating": Loss(sigmoid_discriminator, nonsaturating_generator),
    "hinge": Loss(hinge_discriminator, wasserstein_generator),
}


def gradient_norms(
    critic: Callable[[Tensor], Tensor],
    real: Tensor,
    fake: Tensor,
    epsilon: Tensor,
    *,
    axes: tuple[int, ...] = (1, 2, 3),
) -> Tensor:
    """How steep the critic's score is between real and generated images.

    Parameters
    ----------
    critic
        From images ``(batch, height, width, 3)`` to scores ``(batch, 1)``.
    real, fake : shape (batch, height, width, 3)
    epsilon : shape (batch, 1, 1, 1)
        Where between: 1 is at the real image, 0 at the generated one.
    axes
        Over which the norm is taken; by default over a whole image.

    Returns
    -------
    shape (batch,)
        Change of the score by change of the image, both as lengths; with fewer axes, one number for each place on the
        others.

    Notes
    -----
    Notebook: 09_gan_losses
    """
    ops = load_keras().ops
    gradient = input_gradient(critic, epsilon * real + (1.0 - epsilon) * fake)
    # The small constant keeps the square root's own gradient finite where the critic is flat.
    return ops.sqrt(ops.sum(ops.square(gradient), axis=axes) + 1e-12)


def gradient_penalty(
    critic: Callable[[Tensor], Tensor],
    real: Tensor,
    fake: Tensor,
    epsilon: Tensor,
    *,
    axes: tuple[int, ...] = (1, 2, 3),
) -> Tensor:
    """Mean squared distance from 1 of the critic's gradient norm between real and generated images.

    One norm per sample, over all its pixels and channels, at a point drawn uniformly on the line between a real and a
    generated image. The report's code took the norm over one image axis, and drew one epsilon per pixel.

    Parameters
    ----------
    critic, real, fake
        As in `gradient_norms`.
    epsilon : shape (batch, 1, 1, 1)
        Uniform in 0 to 1, one per sample.
    axes
        Of the norm; anything but the default is a fault, kept to be shown.

    References
    ----------
    Gulrajani et al., Improved Training of Wasserstein GANs, 2017.

    Notes
    -----
    Notebook: 09_gan_losses
    """
    ops = load_keras().ops
    return ops.mean(ops.square(gradient_norms(critic, real, fake, epsilon, axes=axes) - 1.0))
