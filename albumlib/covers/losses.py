"""Adversarial losses and the gradient penalty.

A loss is a pair of functions of the critic's scores, shape ``(batch, 1)``, higher meaning "more real".
"""

from albumlib.backend import input_gradient, load_keras


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
    Notebook: 09_train_cover_gan
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
    Notebook: 09_train_cover_gan
    """
    return -load_keras().ops.mean(fake)


def gradient_penalty(critic, real, fake, epsilon):
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

    Returns
    -------
    tensor, scalar

    References
    ----------
    Gulrajani et al., Improved Training of Wasserstein GANs, 2017.

    Notes
    -----
    Notebook: 09_train_cover_gan
    """
    ops = load_keras().ops
    between = epsilon * real + (1.0 - epsilon) * fake
    gradient = input_gradient(critic, between)
    # The small constant keeps the square root's own gradient finite where the critic is flat.
    norm = ops.sqrt(ops.sum(ops.square(gradient), axis=(1, 2, 3)) + 1e-12)
    return ops.mean(ops.square(norm - 1.0))
