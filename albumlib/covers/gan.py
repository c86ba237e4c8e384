"""The networks of a GAN training, and its step: some updates of the critic, then some of the generator.

Whatever chance decides at a step (which covers, which noise, where the penalty is taken) is drawn from
``default_rng([seed, step])``. So a step depends on its number alone, a resumed training goes on as if nothing had
happened, and both backends see the same draws.
"""

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from albumlib.backend import Tensor, compile_step, load_keras, load_model, seed_everything, value_and_gradients
from albumlib.covers import losses
from albumlib.covers.diffaugment import DRAWS, augment
from albumlib.covers.finishing.sketches import SPREAD, to_sketches
from albumlib.covers.networks import build
from albumlib.covers.networks.faults import apply_faults, epsilon_shape, genre_codes, penalty_axes
from albumlib.covers.networks.growing import Size, transfer_weights
from albumlib.covers.networks.precision import in_precision
from albumlib.covers.noise import sample_noise
from albumlib.covers.pixels import to_range
from albumlib.covers.settings import GanSettings
from albumlib.data.images import SIZE

if TYPE_CHECKING:
    import keras


class CoverGan:
    """The three networks of a training, `generator`, `critic` and `ema_generator`, and its step.

    Parameters
    ----------
    seed
        Of the initial weights.
    size
        Of the covers at first, for the networks "growing".
    folder
        A checkpoint to load instead of building new networks.
    start
        A generator that has learned and learns on, in the place of a new one.
    steps
        Of the training, where that is known: few are not worth compiling them (`albumlib.backend.compile_step`).

    Notes
    -----
    Notebook: 09_gan_losses

    Examples
    --------
    >>> gan = CoverGan(GanSettings(loss="hinge"), n_genres=len(genres))
    >>> rows = [gan.step(images, labels, seed=0, step=step) for step in range(1, 101)]
    >>> noise = sample_noise(np.random.default_rng(1), len(genres), gan.settings.latent_dim)
    >>> covers = generate(gan.ema_generator, np.eye(len(genres)), noise)
    """

    PARTS = ("generator", "critic", "ema_generator")

    def __init__(
        self,
        settings: GanSettings,
        *,
        n_genres: int,
        seed: int = 0,
        size: Size = SIZE,
        folder: str | os.PathLike | None = None,
        start: "keras.Model | None" = None,
        steps: int | None = None,
    ):
        keras = load_keras()
        seed_everything(seed)
        self.settings, self.n_genres, self.steps = settings, n_genres, steps
        if folder is None:
            options = {"latent_dim": settings.latent_dim, "n_genres": n_genres, "width": settings.width, "size": size}
            options |= {name: getattr(settings, name) for name in ("top_kernel", "blur", "deviation")}
            networks = build(settings.networks, **options)
            self.generator, self.critic = apply_faults(*networks, settings.faults)
            self.generator = self.generator if start is None else start
            self.ema_generator = keras.models.clone_model(self.generator)
            self.ema_generator.set_weights(self.generator.get_weights())
            self.generator, self.critic = (
                in_precision(network, settings.precision) for network in (self.generator, self.critic)
            )
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
        self.update_critic = compile_step(self._update_critic, calls=steps and steps * settings.critic_updates)
        self.update_generator = compile_step(self._update_generator, calls=steps and steps * settings.generator_updates)

    def grown(self, size: Size, *, seed: int) -> "CoverGan":
        """The same networks for larger covers; what they have learned is kept, their optimizers begin anew."""
        larger = CoverGan(self.settings, n_genres=self.n_genres, seed=seed, size=size, steps=self.steps)
        for part in self.PARTS:
            transfer_weights(getattr(self, part), getattr(larger, part))
        return larger

    def save(self, folder: str | os.PathLike) -> None:
        """Write the three networks, optimizers included."""
        for part in self.PARTS:
            getattr(self, part).save(f"{folder}/{part}.keras")

    def _update_critic(self, real, labels, noise, epsilon, draws, penalised):
        settings = self.settings
        fake = self.generator([noise, labels], training=True)
        real, fake = (self._seen(part, draws[i]) for i, part in enumerate((real, fake)))

        def loss():
            said = lambda images: self.critic([images, labels], training=True)  # noqa: E731
            of_real, of_fake = said(real), said(fake)
            real_scores, fake_scores = of_real[:, :1], of_fake[:, :1]
            value = losses.get_loss(settings.loss).critic(real_scores, fake_scores)
            value = value + self._told("critic", of_real, labels)
            gap = ops.mean(real_scores) - ops.mean(fake_scores)
            if not penalised:
                return value, gap, ops.zeros(())
            axes = penalty_axes(settings.faults)
            score = lambda images: said(images)[:, :1]  # noqa: E731
            penalty = losses.gradient_penalty(score, real, fake, epsilon, axes=axes)
            return value + settings.penalty * settings.penalty_every * penalty, gap, penalty

        ops = load_keras().ops
        (value, gap, penalty), gradients = value_and_gradients(loss, self.critic.trainable_variables)
        self.critic.optimizer.apply(gradients, self.critic.trainable_variables)
        return value, gap, penalty, global_norm(gradients)

    def _update_generator(self, labels, noise, draws, decay, *lesson):
        def loss():
            images = self._seen(self.generator([noise, labels], training=True), draws[0])
            said = self.critic([images, labels], training=True)
            value = losses.get_loss(self.settings.loss).generator(said[:, :1])
            return value + self._told("generator", said, labels) + self._beside(images, *lesson)

        value, gradients = value_and_gradients(loss, self.generator.trainable_variables)
        self.generator.optimizer.apply(gradients, self.generator.trainable_variables)
        for ema, current in zip(self.ema_generator.variables, self.generator.variables, strict=True):
            if "seed" not in ema.path:
                ema.assign(decay * ema + (1.0 - decay) * current)
        return value, global_norm(gradients)

    def _seen(self, images, draws):
        """Images as the critic is shown them."""
        return augment(images, draws, self.settings.augment) if self.settings.augment else images

    def _draws(self, rng, parts):
        """What chance decides about how images are shown, for so many batches."""
        if self.settings.augment:
            return rng.random((parts, self.settings.batch_size, DRAWS), dtype="float32")
        return np.broadcast_to(rng.random(1, dtype="float32"), parts)  # of no use, but what is drawn next depends on it

    def _told(self, network, said, labels):
        """What counts in a network's loss where the critic tells the genre beside its score; here it does not."""
        return 0.0

    def _lesson(self, rng, images):
        """What the generator is taught beside what the critic says, drawn from the covers: nothing, here."""
        return ()

    def _beside(self, images, *lesson):
        """What the generator's loss has beside the critic's scores."""
        return 0.0

    def step(
        self, images: np.ndarray, labels: np.ndarray, *, seed: int, step: int, share: float = 0.0
    ) -> dict[str, float]:
        """One step: the critic's updates, then the generator's.

        Parameters
        ----------
        images : uint8, shape (n, size, size, 3)
            All training covers, in the size that the networks have now; for sketches in full size.
        labels : int, shape (n,)
        seed, step
            Decide the draws.
        share : 0 to 1
            Of the training that is done: decides the learning rate and how strongly the networks are given the genre.

        Returns
        -------
        dict
            ``critic_loss``, ``critic_gap`` (real minus generated score; under the Wasserstein loss an estimate of its
            distance), ``gradient_penalty`` (0 where its weight is 0, nan in a step whose updates leave it out),
            ``critic_gradient`` (norm of the loss's gradient with respect to all weights), ``generator_loss``,
            ``generator_gradient``. Each of its network's last update.
        """
        rng = np.random.default_rng([seed, step])
        size, faults = self.settings.batch_size, self.settings.faults
        rate, condition = self.settings.at(share)
        codes = np.float32(condition) * genre_codes(self.n_genres, faults)
        self.critic.optimizer.learning_rate = rate
        self.generator.optimizer.learning_rate = rate * self.settings.generator_rate
        tensor = load_keras().ops.convert_to_tensor
        updates, every = self.settings.critic_updates, self.settings.penalty_every
        penalty = np.nan if self.settings.penalty else 0.0
        for number in range(updates + (self.settings.critic_lead if step == 1 else 0)):
            penalised = bool(self.settings.penalty) and (step * updates + number) % every == 0
            chosen = rng.integers(len(images), size=size)
            of_critic = self.update_critic(
                tensor(self._as_generated(to_range(images[chosen]))),
                tensor(codes[labels[chosen]]),
                tensor(sample_noise(rng, size, self.settings.latent_dim, kind=self.settings.noise)),
                tensor(rng.random(epsilon_shape(size, self.size, faults), dtype="float32")),
                tensor(self._draws(rng, 2)),
                penalised,
            )
            penalty = of_critic[2] if penalised else penalty
        # `ema_generator` reaches back a tenth of the training so far at most, or it would long show its beginnings.
        decay = np.float32(min(self.settings.ema, step / (step + 10)))
        for _ in range(self.settings.generator_updates):
            wanted = codes[labels[rng.integers(len(images), size=size)]]
            noise = sample_noise(rng, size, self.settings.latent_dim, kind=self.settings.noise)
            given = (wanted, noise, self._draws(rng, 1), decay, *self._lesson(rng, images))
            of_generator = self.update_generator(*map(tensor, given))
        names = ("critic_loss", "critic_gap", "gradient_penalty", "critic_gradient")
        names += ("generator_loss", "generator_gradient")
        values = (*of_critic[:2], penalty, of_critic[3], *of_generator)
        values = [float(load_keras().ops.convert_to_numpy(value)) for value in values]
        return dict(zip(names, values, strict=True))

    def _as_generated(self, covers):
        """Real covers as what this generator makes: sketches, scaled, if it makes such."""
        return to_sketches(covers) / SPREAD if self.settings.networks == "sketch" else covers


def global_norm(gradients: Sequence[Tensor]) -> Tensor:
    """Length of all gradients together, as one vector."""
    ops = load_keras().ops
    return ops.sqrt(sum(ops.sum(ops.square(gradient)) for gradient in gradients))
