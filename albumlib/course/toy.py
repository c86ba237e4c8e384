"""A GAN of points in the plane: the losses of the covers' GAN where all of it can be seen, in seconds."""

from typing import Literal

import numpy as np

from albumlib.backend import compile_step, load_keras, seed_everything, value_and_gradients
from albumlib.covers.losses import LossName, get_loss, gradient_penalty

LATENT = 2
BATCH = 128


def ring(n: int, *, modes: int = 8, spread: float = 0.05, seed: int = 0) -> np.ndarray:
    """Draw points of a ring of Gaussians, a toy on which GANs that drop modes are known by sight.

    Parameters
    ----------
    n
        Of points.
    modes
        Gaussians, evenly spaced on a circle of radius 1.
    spread
        Standard deviation of each.

    Returns
    -------
    float32, shape (n, 2)

    References
    ----------
    Metz, Poole, Pfau, Sohl-Dickstein: *Unrolled Generative Adversarial Networks*, 2017, section 3.2.1.

    Notes
    -----
    Notebook: 09_gan_losses
    """
    rng = np.random.default_rng(seed)
    return (_centers(modes)[rng.integers(modes, size=n)] + rng.normal(0, spread, (n, 2))).astype("float32")


def modes_found(points: np.ndarray, *, modes: int = 8, near: float = 0.2) -> tuple[int, float]:
    """Count how many modes of `ring` a generator reaches, and what share of its points lies at one.

    Parameters
    ----------
    points : shape (n, 2)
    near
        Distance from a centre within which a point is at it. A mode counts with a quarter of its due.

    Notes
    -----
    Notebook: 09_gan_losses
    """
    distances = np.linalg.norm(points[:, None] - _centers(modes), axis=2)
    at = distances.argmin(axis=1)[distances.min(axis=1) < near]
    counts = np.bincount(at, minlength=modes)
    return int((counts > len(points) / (4 * modes)).sum()), len(at) / len(points)


def _centers(modes):
    angles = 2 * np.pi * np.arange(modes) / modes
    return np.stack([np.cos(angles), np.sin(angles)], axis=1)


class ToyGan:
    """A generator of points and its critic, three small dense layers each.

    Parameters
    ----------
    penalty
        Weight of the gradient penalty.
    critic_updates
        For each update of the generator.
    seed
        Of weights, noise and batches.

    Notes
    -----
    Notebook: 09_gan_losses
    """

    def __init__(self, loss: LossName, *, penalty: float = 0.0, critic_updates: int = 1, seed: int = 0):
        keras = load_keras()
        seed_everything(seed)
        self.loss, self.penalty, self.critic_updates = get_loss(loss), penalty, critic_updates
        self.rng = np.random.default_rng(seed)
        self.generator, self.critic = _dense(LATENT, 2), _dense(2, 1)
        self.optimizers = [keras.optimizers.Adam(2e-3, 0.5, 0.9) for _ in range(2)]
        updates = {"critic": self._update_critic, "generator": self._update_generator, "both": self._update_both}
        self._steps = {name: compile_step(update) for name, update in updates.items()}

    def _scores(self, real, noise):
        return self.critic(real), self.critic(self.generator(noise))

    def _update_critic(self, reals, noises, epsilons):
        def loss():
            value = self.loss.critic(*self._scores(real, noise))
            if not self.penalty:
                return value
            return value + self.penalty * gradient_penalty(self.critic, real, fake, epsilon, axes=(1,))

        for i in range(reals.shape[0]):
            real, noise, epsilon = reals[i], noises[i], epsilons[i]
            fake = self.generator(noise)
            _, gradients = value_and_gradients(loss, self.critic.trainable_variables)
            self.optimizers[1].apply(gradients, self.critic.trainable_variables)

    def _update_generator(self, reals, noises, _):
        weights, ops = self.generator.trainable_variables, load_keras().ops
        _, gradients = value_and_gradients(lambda: self.loss.generator(self._scores(reals[0], noises[0])[1]), weights)
        self.optimizers[0].apply(gradients, weights)
        real_scores, fake_scores = self._scores(reals[0], noises[0])
        return ops.mean(real_scores) - ops.mean(fake_scores)

    def _update_both(self, *draws):
        self._update_critic(*draws)
        return self._update_generator(*draws)

    def train(
        self, points: np.ndarray, *, steps: int, which: Literal["both", "critic", "generator"] = "both"
    ) -> list[float]:
        """Train one network or both, and give the gap of real and generated scores after each step of the generator."""
        tensor, gaps = load_keras().ops.convert_to_tensor, []
        for _ in range(steps):
            shape = (self.critic_updates, BATCH)
            real = points[self.rng.integers(len(points), size=shape)]
            draws = (real, self.rng.normal(size=(*shape, LATENT)), self.rng.random((*shape, 1)))
            gap = self._steps[which](*(tensor(part.astype("float32")) for part in draws))
            gaps += [] if gap is None else [float(gap)]
        return gaps

    def pull(self, loss: LossName, *, seed: int = 0) -> float:
        """Norm of the gradient that a loss would give the generator now, with the critic as it is."""
        noise = np.random.default_rng(seed).normal(size=(BATCH, LATENT)).astype("float32")
        weights = self.generator.trainable_variables
        _, gradients = value_and_gradients(
            lambda: get_loss(loss).generator(self.critic(self.generator(noise))), weights
        )
        return float(np.sqrt(sum((load_keras().ops.convert_to_numpy(each) ** 2).sum() for each in gradients)))

    def generate(self, n: int, *, seed: int = 0) -> np.ndarray:
        """Draw points, float32, shape (n, 2)."""
        noise = np.random.default_rng(seed).normal(size=(n, LATENT))
        return load_keras().ops.convert_to_numpy(self.generator(noise.astype("float32")))


def _dense(inputs, outputs):
    keras = load_keras()
    hidden = [keras.layers.Dense(64, activation="relu") for _ in range(2)]
    return keras.Sequential([keras.Input((inputs,)), *hidden, keras.layers.Dense(outputs)])
