"""Figures that compare GAN trainings, and show what their losses teach."""

import numpy as np
from matplotlib.ticker import EngFormatter, FormatStrFormatter, LogLocator, NullFormatter

from albumlib.course.plots.style import ACCENT, CALM, INK, open_frame

NAMES = {
    "critic_gap": "real − generated score",
    "gradient_penalty": "gradient penalty",
    "generator_loss": "generator loss",
    "critic_loss": "critic loss",
    "critic_gradient": "critic's gradient norm",
    "generator_gradient": "generator's gradient norm",
}
BLUE, AMBER, GREEN, VIOLET = "#2e6f95", "#e09f3e", "#52796f", "#7b5ea7"
# One colour a training or a loss, in every figure.
COLORS = {"sigmoid": BLUE, "wasserstein": ACCENT, "hinge": GREEN, "nonsaturating": VIOLET}
COLORS |= {"1:1": BLUE, "1:2": AMBER, "no penalty": CALM, "penalty": ACCENT}
COLORS |= {"per_axis_penalty": BLUE, "epsilon_per_pixel": AMBER, "batch_norm_critic": GREEN}


def loss_slopes(losses, ax):
    """Draw how strongly each generator loss pulls, over the critic's score of a generated image.

    Parameters
    ----------
    losses : dict of str to albumlib.covers.losses.Loss
    ax : matplotlib.axes.Axes

    Returns
    -------
    matplotlib.axes.Axes

    Notes
    -----
    Notebook: 08_gan_losses
    """
    from albumlib.backend import input_gradient, load_keras

    scores = np.linspace(-12, 6, 181, dtype="float32")[:, None]
    for name, loss in losses.items():
        # A loss is a mean: times the number of scores, its gradient is each score's own slope.
        slope = -len(scores) * load_keras().ops.convert_to_numpy(
            input_gradient(loss.generator, load_keras().ops.convert_to_tensor(scores))
        )
        width, style = {"wasserstein": (4, "-"), "hinge": (1.5, ":")}.get(name, (1.5, "-"))
        ax.semilogy(scores, slope, label=name, color=COLORS.get(name, INK), lw=width, ls=style)
    ax.set(xlabel="critic's score of a generated cover", ylabel="pull on the score (−slope)", ylim=(2e-6, 5))
    ax.axvspan(-12, -4, color=CALM, alpha=0.12, lw=0)
    ax.text(-11.7, 4e-6, "the critic is sure: generated", color=INK, fontsize="small")
    ax.legend(frameon=False, loc="lower right")
    opinion = ax.secondary_xaxis("top")
    opinion.set_xticks([-10, -5, 0, 5], [f"{1 / (1 + np.exp(-score)):.2g}" for score in (-10, -5, 0, 5)])
    opinion.set_xlabel("D = sigmoid(score): probability of being real")
    open_frame(ax).spines["top"].set_visible(True)
    return ax


def gan_curves(runs, ax, *, value, log=False, notes=None):
    """Draw one column of several GAN trainings' metrics over steps.

    Parameters
    ----------
    runs : dict of str to pandas.DataFrame
        What `albumlib.covers.gan.CoverGan.step` returned, a row a round.
    ax : matplotlib.axes.Axes
    value : str
        A column.
    log : bool
        Logarithmic vertical axis.
    notes : dict of str to str, optional
        What to read from a training's curve, written below its end.

    Returns
    -------
    matplotlib.axes.Axes

    Notes
    -----
    Notebook: 08_gan_losses
    """
    for name, metrics in runs.items():
        steps, color = np.arange(1, len(metrics) + 1), COLORS.get(name, INK)
        ax.plot(steps, metrics[value], label=name, color=color)
        if notes and name in notes:
            place = {"xytext": (0, -18), "textcoords": "offset points", "ha": "right", "va": "top"}
            ax.annotate(notes[name], (steps[-1], metrics[value].iloc[-1]), color=color, fontsize="small", **place)
    ax.set(xlabel="round", ylabel=NAMES[value])
    if log:
        ax.set_yscale("log")
    if len(runs) > 1:
        # Above the curves, which may lie anywhere.
        ax.legend(frameon=False, loc="lower left", bbox_to_anchor=(0, 1), ncols=len(runs), columnspacing=1)
    return open_frame(ax)


def starvation(metrics, ax):
    """Draw the generator's gradient over the critic's opinion of its pictures, a point a step of the sigmoid loss.

    Parameters
    ----------
    metrics : pandas.DataFrame
        A row a round.
    ax : matplotlib.axes.Axes

    Returns
    -------
    matplotlib.axes.Axes

    Notes
    -----
    Notebook: 08_gan_losses
    """
    # The loss is the mean of log(1 - D), and that is what it tells about D.
    opinion, norm = -np.expm1(metrics["generator_loss"].to_numpy()), metrics["generator_gradient"].to_numpy()
    points = ax.scatter(opinion, norm, c=np.arange(1, len(norm) + 1), cmap="viridis_r", s=8, zorder=3)
    ax.figure.colorbar(points, ax=ax, label="round").outline.set_visible(False)
    ends = np.array([opinion.min(), opinion.max()])
    ax.loglog(ends, np.exp(np.mean(np.log(norm / opinion))) * ends, ":", color=INK, lw=1, label="in proportion to D")
    ax.set(xlabel="D: probability that a generated cover\nis real, says the critic", ylabel=NAMES["generator_gradient"])
    ax.text(0.97, 0.05, "← sure critic, no gradient", transform=ax.transAxes, ha="right", fontsize="small")
    ax.legend(frameon=False, loc="upper left")
    return open_frame(ax)


def critic_slopes(table, ax):
    """Draw how steep critics are on the way from a generated to a real cover.

    Parameters
    ----------
    table : pandas.DataFrame
        Gradient norms, a column a critic; the index is the place on the way, 0 (generated) to 1 (real).
    ax : matplotlib.axes.Axes

    Returns
    -------
    matplotlib.axes.Axes

    Notes
    -----
    Notebook: 08_gan_losses
    """
    for name in table:
        ax.semilogy(table.index, table[name], "o-", label=name, color=COLORS.get(name, INK), ms=4)
    ax.axhline(1, color=INK, lw=1, ls=":")
    ax.text(0.5, 0.8, "1: the penalty's aim", ha="center", va="top", fontsize="small")
    label = "slope: gradient norm of\nthe score in the picture"
    ax.set(xlabel="from a generated (0) to a real cover (1)", ylabel=label, ylim=(0.2, None))
    if len(table.columns) > 2:
        ax.legend(frameon=False, loc="upper left", bbox_to_anchor=(1, 1))
    return open_frame(ax)


def recipes(table, axes):
    """Draw how far each variant of a GAN came: recognisability on the left, KID on the right.

    Parameters
    ----------
    table : pandas.DataFrame
        Columns ``variant``, ``recognisability``, ``KID``; several rows of a variant are its seeds.
    axes : sequence of two matplotlib.axes.Axes

    Returns
    -------
    sequence of matplotlib.axes.Axes

    Notes
    -----
    Notebook: 09_train_cover_gan
    """
    means = table.groupby("variant")[["recognisability", "KID"]].mean().sort_values("recognisability")
    place = {name: number for number, name in enumerate(means.index)}
    rows = table["variant"].map(place)
    for ax, value, label in (
        (axes[0], "recognisability", "recognised by the judge"),
        (axes[1], "KID", "KID (less is better)"),
    ):
        colors = [ACCENT if name.startswith("ours") else CALM for name in table["variant"]]
        ax.scatter(table[value], rows, c=colors, s=36, zorder=3)
        ax.set(xlabel=label, yticks=range(len(means)), yticklabels=means.index, ylim=(-0.6, len(means) - 0.4))
        ax.grid(axis="y", color=CALM, alpha=0.3, lw=0.6)
        open_frame(ax)
    axes[0].set(xlim=(0, 1))
    axes[1].set(xscale="log", yticklabels=[])
    axes[1].xaxis.set(major_locator=LogLocator(subs=(1, 2, 5)), major_formatter=FormatStrFormatter("%g"))
    axes[1].xaxis.set_minor_formatter(NullFormatter())
    return axes


def budget(table, axes, *, by="images shown"):
    """Draw how good GAN trainings were at stages of their budget: recognisability, KID and diversity, from the left.

    Parameters
    ----------
    table : pandas.DataFrame
        Columns ``networks``, `by`, ``of the judge's``, ``KID`` and ``diversity``; several rows at a stage are
        samplings.
    axes : sequence of three matplotlib.axes.Axes
    by : str
        A column: what the budget is counted in.

    Returns
    -------
    sequence of matplotlib.axes.Axes

    Notes
    -----
    Notebook: 09_train_cover_gan
    """
    labels = {
        "of the judge's": "recognised, relative to real covers",
        "KID": "KID (less is better)",
        "diversity": "diversity, relative to real covers",
    }
    for ax, (value, label) in zip(axes, labels.items(), strict=True):
        for (name, rows), color in zip(table.groupby("networks"), (ACCENT, CALM, INK), strict=False):
            mean = rows.groupby(by)[value].mean()
            ax.plot(mean.index, mean, color=color, label=name)
            ax.plot(rows[by], rows[value], "o", color=color, ms=3)
        ax.set(xlabel=by, ylabel=label, xscale="log")
        ax.xaxis.set(major_locator=LogLocator(subs=(1, 2, 5)), major_formatter=EngFormatter(sep=""))
        ax.xaxis.set_minor_formatter(NullFormatter())
        open_frame(ax)
        if value == "KID":
            ax.set(yscale="log")
            ax.yaxis.set(major_locator=LogLocator(subs=(1, 2, 5)), major_formatter=FormatStrFormatter("%g"))
            ax.yaxis.set_minor_formatter(NullFormatter())
        else:
            ax.axhline(1, color=INK, lw=0.6, ls=":")
    axes[0].legend(frameon=False)
    return axes
