"""Training the conditional GAN: one critic step, one generator step, and the loop around them.

Whatever chance decides at a step (which covers, which noise, where the penalty is taken) is drawn from
``default_rng([seed, step])``. So a step depends on its number alone, a resumed training goes on as if nothing had
happened, and both backends see the same draws.
"""

import os
import time
from dataclasses import asdict, dataclass

import numpy as np

from albumlib.backend import compile_step, load_keras, load_model, seed_everything, value_and_gradients
from albumlib.covers import losses
from albumlib.covers.diffaugment import DRAWS, augment, check_kinds
from albumlib.covers.growing import enlarge, hand_over, shrink, size_at
from albumlib.covers.images import SIZE, check_covers, save_grid, to_pixels, to_range
from albumlib.covers.mistakes import check_mistakes, epsilon_shape, genre_codes, penalty_axes, spoil_networks
from albumlib.covers.networks import build
from albumlib.errors import InputError
from albumlib.progress import progress_bar


@dataclass(frozen=True)
class GanSettings:
    """What decides a GAN training.

    Attributes
    ----------
    networks : {"compact", "growing", "report"}
    shares : tuple of float
        Of the networks "growing": shares of the training at 25x25, 50x50 and 100x100.
    width : float
        Multiplies the number of channels.
    latent_dim : int
        Length of the noise vector, uniform in -1 to 1 (report: 64).
    batch_size : int
    critic_steps : int
        Critic steps of a round, before the generator's (report, step 3: "3x as often").
    generator_steps : int
        Generator steps of a round; 2 trains the critic "every other step only" (report, step 2).
    loss : {"wasserstein", "sigmoid", "nonsaturating", "hinge"}
    learning_rate, beta_1, beta_2 : float
        Adam, for both networks.
    penalty : float
        Weight of the gradient penalty, lambda; 0 for none.
    ema : float
        Decay of the running average of the generator's weights, which paints the samples and the final covers.
    augment : tuple of str
        How covers are changed before the critic sees them: names of `albumlib.covers.diffaugment.KINDS`.
    mistakes : tuple of str
        Of the report's code, to see what they do: names of `albumlib.covers.mistakes.MISTAKES`.

    Raises
    ------
    InputError
        If there is no loss or mistake of that name, or a round has no step of either network.
    """

    networks: str = "compact"
    shares: tuple = (0.5, 0.3, 0.2)
    width: float = 1.0
    latent_dim: int = 64
    batch_size: int = 32
    critic_steps: int = 3
    generator_steps: int = 1
    loss: str = "wasserstein"
    learning_rate: float = 2e-4
    beta_1: float = 0.5
    beta_2: float = 0.9
    penalty: float = 10.0
    ema: float = 0.99
    augment: tuple = ()
    mistakes: tuple = ()

    def __post_init__(self):
        losses.get_loss(self.loss)
        object.__setattr__(self, "augment", check_kinds(self.augment))
        object.__setattr__(self, "mistakes", check_mistakes(self.mistakes))
        if min(self.critic_steps, self.generator_steps) < 1:
            got = f"{self.critic_steps} of the critic, {self.generator_steps} of the generator"
            raise InputError("too few steps", where="steps of a round", expected="at least 1 of each", got=got)


# The report's own: Adam 1e-4, beta 0.5 and 0.9, batch 32, the critic three times as often.
REPORT = GanSettings(networks="report", learning_rate=1e-4)


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

    PARTS = ("generator", "critic", "average")

    def __init__(self, settings, *, n_genres, seed=0, size=SIZE, folder=None):
        keras = load_keras()
        seed_everything(seed)
        self.settings, self.n_genres = settings, n_genres
        if folder is None:
            options = {"latent_dim": settings.latent_dim, "n_genres": n_genres, "width": settings.width, "size": size}
            networks = build(settings.networks, **options)
            self.generator, self.critic = spoil_networks(*networks, settings.mistakes)
            self.average = keras.models.clone_model(self.generator)
            self.average.set_weights(self.generator.get_weights())
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
            hand_over(getattr(self, part), getattr(larger, part))
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
            axes = penalty_axes(settings.mistakes)
            penalty = losses.gradient_penalty(score, real, fake, epsilon, axes=axes)
            return value + settings.penalty * penalty, gap, penalty

        ops = load_keras().ops
        (value, gap, penalty), gradients = value_and_gradients(loss, self.critic.trainable_variables)
        self.critic.optimizer.apply(gradients, self.critic.trainable_variables)
        return value, gap, penalty, global_norm(gradients)

    def _generator_step(self, labels, noise, draws):
        def loss():
            images = self.generator([noise, labels], training=True)
            if self.settings.augment:
                images = augment(images, draws, self.settings.augment)
            return losses.get_loss(self.settings.loss).generator(self.critic([images, labels], training=True))

        value, gradients = value_and_gradients(loss, self.generator.trainable_variables)
        self.generator.optimizer.apply(gradients, self.generator.trainable_variables)
        decay = self.settings.ema
        for averaged, current in zip(self.average.variables, self.generator.variables, strict=True):
            if "seed" not in averaged.path:
                averaged.assign(decay * averaged + (1.0 - decay) * current)
        return value, global_norm(gradients)

    def step(self, images, labels, *, seed, step):
        """One round: the critic's steps, then the generator's.

        Parameters
        ----------
        images : uint8 array, shape (n, size, size, 3)
            All training covers, in the size that the networks have now.
        labels : int array, shape (n,)
        seed, step : int
            Decide the draws.

        Returns
        -------
        dict of float
            ``critic_loss``, ``critic_gap`` (real minus generated score; under the Wasserstein loss an estimate of its
            distance), ``gradient_penalty`` (0 where its weight is 0), ``critic_gradient`` (norm of the loss's gradient
            with respect to all weights), ``generator_loss``, ``generator_gradient``. Each of its network's last step.
        """
        rng = np.random.default_rng([seed, step])
        size, mistakes = self.settings.batch_size, self.settings.mistakes
        codes = genre_codes(self.n_genres, mistakes)
        tensor = load_keras().ops.convert_to_tensor
        for _ in range(self.settings.critic_steps):
            chosen = rng.integers(len(images), size=size)
            of_critic = self.critic_step(
                tensor(to_range(images[chosen])),
                tensor(codes[labels[chosen]]),
                tensor(sample_noise(rng, size, self.settings.latent_dim)),
                tensor(rng.random(epsilon_shape(size, self.size, mistakes), dtype="float32")),
                tensor(rng.random((2, size, DRAWS) if self.settings.augment else (), dtype="float32")),
            )
        for _ in range(self.settings.generator_steps):
            wanted = codes[labels[rng.integers(len(images), size=size)]]
            noise = sample_noise(rng, size, self.settings.latent_dim)
            draws = rng.random((size, DRAWS) if self.settings.augment else (), dtype="float32")
            of_generator = self.generator_step(tensor(wanted), tensor(noise), tensor(draws))
        names = ("critic_loss", "critic_gap", "gradient_penalty", "critic_gradient")
        names += ("generator_loss", "generator_gradient")
        return dict(zip(names, map(float, (*of_critic, *of_generator)), strict=True))


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


def sample_noise(rng, n, latent_dim):
    """Noise for the generator: uniform in -1 to 1, as in the report.

    Parameters
    ----------
    rng : numpy.random.Generator
    n, latent_dim : int

    Returns
    -------
    float32 array, shape (n, latent_dim)
    """
    return rng.uniform(-1, 1, (n, latent_dim)).astype("float32")


def paint(generator, labels, noise):
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


def train_gan(
    images,
    labels,
    run,
    *,
    genres,
    settings=None,
    steps=1000,
    seed=0,
    log_every=None,
    sample_every=None,
    checkpoint_every=None,
    data="",
    progress=True,
):
    """Train a conditional GAN into a run folder, from the start or from its last checkpoint.

    Parameters
    ----------
    images : uint8 array, shape (n, 100, 100, 3)
    labels : int array, shape (n,)
        Index into ``genres``.
    run : albumlib.runs.Run
    genres : list of str
        Class order; it is saved with the run.
    settings : GanSettings, optional
    steps : int
        Rounds of ``settings.critic_steps`` critic steps and ``settings.generator_steps`` generator steps.
    seed : int
        Of weights, batches and noise.
    log_every, sample_every, checkpoint_every : int, optional
        In rounds; by default a hundred rows, six sample grids and four checkpoints a training.
    data : str
        What the covers are, for the card.
    progress : bool

    Returns
    -------
    keras.Model
        The averaged generator, also saved as ``model.keras``.

    Raises
    ------
    InputError
        If images and labels do not fit each other or the genres, or the run folder holds another configuration.

    Notes
    -----
    Notebook: 09_train_cover_gan
    """
    settings = settings or GanSettings()
    log_every, sample_every = log_every or max(1, steps // 100), sample_every or max(1, steps // 6)
    checkpoint_every = checkpoint_every or max(1, steps // 4)
    check_covers(images, labels, genres)
    run.start(
        {
            "kind": "gan",
            "data": data,
            "n_images": len(images),
            "genres": list(genres),
            "steps": steps,
            "seed": seed,
            **asdict(settings),
        }
    )
    if run.finished:
        return load_model(run.model_path)
    first, folder = run.last_checkpoint() or (0, None)
    run.rewind("step", first)
    grows = settings.networks == "growing"
    size = size_at(first + 1, steps, settings.shares) if grows else SIZE
    gan = CoverGan(settings, n_genres=len(genres), seed=seed, size=size, folder=folder)
    shown = shrink(images, gan.size)
    grid_labels, grid_noise = fixed_grid(len(genres), settings.latent_dim)
    grid_codes = grid_labels @ genre_codes(len(genres), settings.mistakes)
    started = time.perf_counter()
    with progress_bar(total=steps, initial=first, desc="training the GAN", unit="steps", show=progress) as bar:
        for step in range(first + 1, steps + 1):
            if grows and gan.size != (size := size_at(step, steps, settings.shares)):
                gan, shown = gan.grown(size, seed=seed), shrink(images, size)
            row = gan.step(shown, labels, seed=seed, step=step)
            bar.set_postfix_str(f"critic gap {row['critic_gap']:.2f}", refresh=False)
            bar.update()
            if step % log_every == 0:
                seconds = (time.perf_counter() - started) / (step - first)
                run.log({"step": step, **row, "seconds_per_step": round(seconds, 4)})
            if step % sample_every == 0 or step == steps:
                grid = enlarge(paint(gan.average, grid_codes, grid_noise))
                save_grid(grid, run.samples / f"{step:07d}.png", genres=genres)
            if step % checkpoint_every == 0 and step < steps:
                run.save_checkpoint(step, gan.save)
    partial = run.folder / "partial.keras"
    gan.average.save(partial)
    os.replace(partial, run.model_path)
    run.finish(
        {
            "kind": "gan",
            "genres": list(genres),
            "latent_dim": settings.latent_dim,
            "data": data,
            "n_images": len(images),
            "steps": steps,
            "seed": seed,
            "scores": {},
        }
    )
    return gan.average


def fixed_grid(n_genres, latent_dim, *, columns=8, seed=1234):
    """Labels and noise of the sample grid, the same at every step: a row a genre, a column a noise.

    Parameters
    ----------
    n_genres, latent_dim : int
    columns : int
    seed : int

    Returns
    -------
    labels : float32 array, shape (n_genres * columns, n_genres)
    noise : float32 array, shape (n_genres * columns, latent_dim)
    """
    noise = sample_noise(np.random.default_rng(seed), columns, latent_dim)
    return np.repeat(np.eye(n_genres, dtype="float32"), columns, axis=0), np.tile(noise, (n_genres, 1))
