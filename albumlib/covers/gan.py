"""The networks of a GAN training, and its two steps.

Whatever chance decides at a step (which covers, which noise, where the penalty is taken) is drawn from
``default_rng([seed, step])``. So a step depends on its number alone, a resumed training goes on as if nothing had
happened, and both backends see the same draws.
"""

import numpy as np

from albumlib.backend import compile_step, load_keras, load_model, seed_everything, value_and_gradients
from albumlib.covers import losses
from albumlib.covers.diffaugment import DRAWS, augment
from albumlib.covers.faults import apply_faults, epsilon_shape, genre_codes, penalty_axes
from albumlib.covers.networks import build
from albumlib.covers.networks.growing import transfer_weights
from albumlib.covers.pixels import to_pixels, to_range
from albumlib.data.images import SIZE


class CoverGan:
    """The three networks of a training (generator, critic, averaged generator) and its two steps.

    Parameters
    ----------
    settings : GanSettings
    n_genres : int
    seed : int
        Of the initial weights.
    size : {25, 50, 100}
        Of the covers at first, for the networks "growing".
    folder : path, optional
        A checkpoint to load instead of building new networks.

    Notes
    -----
    Notebook: 09_train_cover_gan
    """

    PARTS = ("generator", "critic", "ema_generator")

    def __init__(self, settings, *, n_genres, seed=0, size=SIZE, folder=None):
        keras = load_keras()
        seed_everything(seed)
        self.settings, self.n_genres = settings, n_genres
        if folder is None:
            options = {"latent_dim": settings.latent_dim, "n_genres": n_genres, "width": settings.width, "size": size}
            options |= {"top_kernel": settings.top_kernel, "blur": settings.blur}
            networks = build(settings.networks, **options)
            self.generator, self.critic = apply_faults(*networks, settings.faults)
            self.ema_generator = keras.models.clone_model(self.generator)
            self.ema_generator.set_weights(self.generator.get_weights())
            for network in (self.generator, self.critic):
                # Compiled only so that the optimizer is saved and loaded with its network.
                network.compile(
                    optimizer=keras.optimizers.Adam(settings.learning_rate, settings.beta_1, settings.beta_2)
                )
                network.optimizer.build(network.trainable_variables)
        else:
            for part in self.PARTS:
                setattr(self, part, load_model(f"{folder}/{part}.keras"))
        self.size = self.generator.output_shape[1]
        self.critic_step = compile_step(self._critic_step)
        self.generator_step = compile_step(self._generator_step)

    def grown(self, size, *, seed):
        """The same networks for larger covers; what they have learned is kept, their optimizers begin anew.

        Parameters
        ----------
        size : {50, 100}
        seed : int

        Returns
        -------
        CoverGan
        """
        larger = CoverGan(self.settings, n_genres=self.n_genres, seed=seed, size=size)
        for part in self.PARTS:
            transfer_weights(getattr(self, part), getattr(larger, part))
        return larger

    def save(self, folder):
        """Write the three networks, optimizers included.

        Parameters
        ----------
        folder : path
        """
        for part in self.PARTS:
            getattr(self, part).save(f"{folder}/{part}.keras")

    def _critic_step(self, real, labels, noise, epsilon, draws):
        settings = self.settings
        fake = self.generator([noise, labels], training=True)
        if settings.augment:
            real, fake = (augment(part, draws[i], settings.augment) for i, part in enumerate((real, fake)))

        def loss():
            score = lambda images: self.critic([images, labels], training=True)  # noqa: E731
            real_scores, fake_scores = score(real), score(fake)
            value = losses.get_loss(settings.loss).critic(real_scores, fake_scores)
            gap = ops.mean(real_scores) - ops.mean(fake_scores)
            if not settings.penalty:
                return value, gap, ops.zeros(())
            axes = penalty_axes(settings.faults)
            penalty = losses.gradient_penalty(score, real, fake, epsilon, axes=axes)
            return value + settings.penalty * penalty, gap, penalty

        ops = load_keras().ops
        (value, gap, penalty), gradients = value_and_gradients(loss, self.critic.trainable_variables)
        self.critic.optimizer.apply(gradients, self.critic.trainable_variables)
        return value, gap, penalty, global_norm(gradients)

    def _generator_step(self, labels, noise, draws, decay):
        def loss():
            images = self.generator([noise, labels], training=True)
            if self.settings.augment:
                images = augment(images, draws, self.settings.augment)
            return losses.get_loss(self.settings.loss).generator(self.critic([images, labels], training=True))

        value, gradients = value_and_gradients(loss, self.generator.trainable_variables)
        self.generator.optimizer.apply(gradients, self.generator.trainable_variables)
        for averaged, current in zip(self.ema_generator.variables, self.generator.variables, strict=True):
            if "seed" not in averaged.path:
                averaged.assign(decay * averaged + (1.0 - decay) * current)
        return value, global_norm(gradients)

    def step(self, images, labels, *, seed, step, share=0.0):
        """One round: the critic's steps, then the generator's.

        Parameters
        ----------
        images : uint8 array, shape (n, size, size, 3)
            All training covers, in the size that the networks have now.
        labels : int array, shape (n,)
        seed, step : int
            Decide the draws.
        share : float
            Of the training that is done, 0 to 1: decides the learning rate and how much the networks hear of the genre.

        Returns
        -------
        dict of float
            ``critic_loss``, ``critic_gap`` (real minus generated score; under the Wasserstein loss an estimate of its
            distance), ``gradient_penalty`` (0 where its weight is 0), ``critic_gradient`` (norm of the loss's gradient
            with respect to all weights), ``generator_loss``, ``generator_gradient``. Each of its network's last step.
        """
        rng = np.random.default_rng([seed, step])
        size, faults = self.settings.batch_size, self.settings.faults
        rate, condition = self.settings.at(share)
        codes = np.float32(condition) * genre_codes(self.n_genres, faults)
        for network in (self.generator, self.critic):
            network.optimizer.learning_rate = rate
        tensor = load_keras().ops.convert_to_tensor
        for _ in range(self.settings.critic_updates):
            chosen = rng.integers(len(images), size=size)
            of_critic = self.critic_step(
                tensor(to_range(images[chosen])),
                tensor(codes[labels[chosen]]),
                tensor(sample_noise(rng, size, self.settings.latent_dim)),
                tensor(rng.random(epsilon_shape(size, self.size, faults), dtype="float32")),
                tensor(rng.random((2, size, DRAWS) if self.settings.augment else (), dtype="float32")),
            )
        # The average reaches back a tenth of the training so far at most, or it would long show its beginnings.
        decay = np.float32(min(self.settings.ema, step / (step + 10)))
        for _ in range(self.settings.generator_updates):
            wanted = codes[labels[rng.integers(len(images), size=size)]]
            noise = sample_noise(rng, size, self.settings.latent_dim)
            draws = rng.random((size, DRAWS) if self.settings.augment else (), dtype="float32")
            of_generator = self.generator_step(tensor(wanted), tensor(noise), tensor(draws), tensor(decay))
        names = ("critic_loss", "critic_gap", "gradient_penalty", "critic_gradient")
        names += ("generator_loss", "generator_gradient")
        values = (float(load_keras().ops.convert_to_numpy(value)) for value in (*of_critic, *of_generator))
        return dict(zip(names, values, strict=True))


def global_norm(gradients):
    """Length of all gradients together, as one vector.

    Parameters
    ----------
    gradients : list of tensor

    Returns
    -------
    tensor, scalar
    """
    ops = load_keras().ops
    return ops.sqrt(sum(ops.sum(ops.square(gradient)) for gradient in gradients))


def sample_noise(rng, n, latent_dim, *, truncation=1.0):
    """Noise for the generator: uniform in -1 to 1, as in the report.

    Parameters
    ----------
    rng : numpy.random.Generator
    n, latent_dim : int
    truncation : float
        Shrinks the range. A generator is best at what it was trained on most, the middle; so less than 1 paints covers
        that are better and vary less. Training needs the whole range, 1.

    Returns
    -------
    float32 array, shape (n, latent_dim)

    References
    ----------
    Brock, Donahue, Simonyan: *Large Scale GAN Training for High Fidelity Natural Image Synthesis*, 2019, section 3.1.

    Notes
    -----
    Notebook: 10_gallery
    """
    return (truncation * rng.uniform(-1, 1, (n, latent_dim))).astype("float32")


def generate(generator, labels, noise):
    """Covers of a generator.

    Parameters
    ----------
    generator : keras.Model
    labels : float array, shape (n, n_genres)
        One-hot, or mixtures that sum to 1.
    noise : float array, shape (n, latent_dim)

    Returns
    -------
    uint8 array, shape (n, size, size, 3)
        In the size that the generator paints.

    Notes
    -----
    Notebook: 10_gallery
    """
    inputs = [np.asarray(noise, "float32"), np.asarray(labels, "float32")]
    return to_pixels(generator.predict(inputs, batch_size=32, verbose=0))
