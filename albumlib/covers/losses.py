"""Adversarial losses, by name, and the gradient penalty.

A loss is a pair of functions of the critic's scores, shape ``(batch, 1)``, higher meaning "more real". Before a sigmoid
such a score is the logarithm of the odds that an image is real.
"""

from collections.abc import Callable
from typing import NamedTuple

from albumlib.backend import input_gradient, load_keras
from albumlib.errors import choose


class Loss(NamedTuple):
    """What critic and generator minimise.

    Attributes
    ----------
    critic : callable
        Of the scores of real and of generated images.
    generator : callable
        Of the scores of generated images.
    """

    critic: Callable
    generator: Callable


def get_loss(name):
    """Look up a loss.

    Parameters
    ----------
    name : {"wasserstein", "sigmoid", "nonsaturating", "hinge"}

    Returns
    -------
    Loss

    Raises
    ------
    InputError
        If there is none of that name.

    Notes
    -----
    Notebook: 08_gan_losses
    """
    return choose(LOSSES, name, what="loss", where="loss")


def wasserstein_critic(real, fake):
    """Critic loss: how far the scores of generated images lie above those of real ones (report, C-GAN step 3).

    Parameters
    ----------
    real, fake : tensor, shape (batch, 1)

    Returns
    -------
    tensor, scalar

    Notes
    -----
    Notebook: 08_gan_losses
    """
    ops = load_keras().ops
    return ops.mean(fake) - ops.mean(real)


def wasserstein_generator(fake):
    """Generator loss: generated images should score high.

    Parameters
    ----------
    fake : tensor, shape (batch, 1)

    Returns
    -------
    tensor, scalar

    Notes
    -----
    Notebook: 08_gan_losses
    """
    return -load_keras().ops.mean(fake)


def sigmoid_discriminator(real, fake):
    """Cross-entropy of real or generated: ``-log D(real) - log(1 - D(fake))`` with ``D = sigmoid(score)`` (step 1).

    Parameters
    ----------
    real, fake : tensor, shape (batch, 1)

    Returns
    -------
    tensor, scalar
        2 log 2 where the critic knows nothing, 0 where it is sure and right.

    References
    ----------
    Goodfellow et al.: *Generative Adversarial Networks*, 2014.

    Notes
    -----
    Notebook: 08_gan_losses
    """
    ops = load_keras().ops
    # softplus(s) is -log(1 - sigmoid(s)), without the logarithm of 0 that the formula meets at high scores.
    return ops.mean(ops.softplus(-real)) + ops.mean(ops.softplus(fake))


def sigmoid_generator(fake):
    """``log(1 - D(fake))``: the critic's loss with its sign turned, the two-player game taken by its word (step 1).

    Its slope is ``-D(fake)``: where the critic is sure that the image is generated, nothing is left to learn from.

    Parameters
    ----------
    fake : tensor, shape (batch, 1)

    Returns
    -------
    tensor, scalar

    Notes
    -----
    Notebook: 08_gan_losses
    """
    ops = load_keras().ops
    return -ops.mean(ops.softplus(fake))


def nonsaturating_generator(fake):
    """``-log D(fake)``: the same aim as `sigmoid_generator`, but with a slope of -1 where the critic is sure.

    Parameters
    ----------
    fake : tensor, shape (batch, 1)

    Returns
    -------
    tensor, scalar

    References
    ----------
    Goodfellow et al.: *Generative Adversarial Networks*, 2014, section 3.

    Notes
    -----
    Notebook: 08_gan_losses
    """
    ops = load_keras().ops
    return ops.mean(ops.softplus(-fake))


def hinge_discriminator(real, fake):
    """Critic loss that asks for scores above 1 and below -1, and for no more.

    Parameters
    ----------
    real, fake : tensor, shape (batch, 1)

    Returns
    -------
    tensor, scalar

    References
    ----------
    Lim and Ye: *Geometric GAN*, 2017.

    Notes
    -----
    Notebook: 08_gan_losses
    """
    ops = load_keras().ops
    return ops.mean(ops.relu(1.0 - real)) + ops.mean(ops.relu(1.0 + fake))


LOSSES = {
    "wasserstein": Loss(wasserstein_critic, wasserstein_generator),
    "sigmoid": Loss(sigmoid_discriminator, sigmoid_generator),
    "nonsaturating": Loss(sigmoid_discriminator, nonsaturating_generator),
    "hinge": Loss(hinge_discriminator, wasserstein_generator),
}


def gradient_norms(critic, real, fake, epsilon, *, axes=(1, 2, 3)):
    """How steep the critic's score is between real and generated images.

    Parameters
    ----------
    critic : callable
        From images ``(batch, height, width, 3)`` to scores ``(batch, 1)``.
    real, fake : tensor, shape (batch, height, width, 3)
    epsilon : tensor, shape (batch, 1, 1, 1)
        Where between: 1 is at the real image, 0 at the generated one.
    axes : tuple of int
        Over which the norm is taken; by default over a whole image.

    Returns
    -------
    tensor, shape (batch,)
        Change of the score by change of the image, both as lengths; with fewer axes, one number for each place on the
        others.

    Notes
    -----
    Notebook: 08_gan_losses
    """
    ops = load_keras().ops
    gradient = input_gradient(critic, epsilon * real + (1.0 - epsilon) * fake)
    # The small constant keeps the square root's own gradient finite where the critic is flat.
    return ops.sqrt(ops.sum(ops.square(gradient), axis=axes) + 1e-12)


def gradient_penalty(critic, real, fake, epsilon, *, axes=(1, 2, 3)):
    """Mean squared distance from 1 of the critic's gradient norm between real and generated images.

    One norm per sample, over all its pixels and channels, at a point drawn uniformly on the line between a real and a
    generated image. The report's code took the norm over one image axis, and drew one epsilon per pixel.

    Parameters
    ----------
    critic : callable
        From images ``(batch, height, width, 3)`` to scores ``(batch, 1)``.
    real, fake : tensor, shape (batch, height, width, 3)
    epsilon : tensor, shape (batch, 1, 1, 1)
        Uniform in 0 to 1, one per sample.
    axes : tuple of int
        Of the norm; anything but the default is a fault, kept to be shown.

    Returns
    -------
    tensor, scalar

    References
    ----------
    Gulrajani et al., Improved Training of Wasserstein GANs, 2017.

    Notes
    -----
    Notebook: 08_gan_losses
    """
    ops = load_keras().ops
    return ops.mean(ops.square(gradient_norms(critic, real, fake, epsilon, axes=axes) - 1.0))
