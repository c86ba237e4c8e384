"""Figures that compare GAN trainings, and show what their losses teach."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from albumlib.course.plots._drawing import ABOVE, counts_formatter, draw_line, log_height, log_ticks, series_styles
from albumlib.course.plots.style import ACCENT, AMBER, BLUE, CALM, INK, VIOLET, open_frame

if TYPE_CHECKING:
    from albumlib.covers.losses import Loss

NAMES = {
    "critic_gap": "real − generated score",
    "gradient_penalty": "gradient penalty",
    "generator_loss": "generator loss",
    "critic_loss": "critic loss",
    "critic_gradient": "critic's gradient norm",
    "generator_gradient": "generator's gradient norm",
}
# Both are a sigmoid cross-entropy of the discriminator; only the generator's part differs.
LOSS_NAMES = {"sigmoid": "log(1 − D)", "nonsaturating": "−log D"}
# One colour a training or a loss, in every figure.
COLORS = {"sigmoid": BLUE, "wasserstein": ACCENT, "hinge": AMBER, "nonsaturating": VIOLET}
COLORS |= {"1:1": BLUE, "1:2": AMBER, "no penalty": CALM, "penalty": ACCENT}
COLORS |= {"per_axis_penalty": BLUE, "epsilon_per_pixel": AMBER, "batch_norm_critic": VIOLET}


def loss_slopes(losses: Mapping[str, "Loss"], ax: Axes) -> Axes:
    """Draw how strongly each generator loss pulls, over the score of a generated cover.

    Notes
    -----
    Notebook: 09_gan_losses
    """
    from albumlib.backend import input_gradient, load_keras

    scores, styles, curves = np.linspace(-12, 6, 181, dtype="float32"), series_styles(losses, COLORS), []
    for name, loss in losses.items():
        # A loss is a mean: times the number of scores, its gradient is each score's own slope.
        tensor = load_keras().ops.convert_to_tensor(scores[:, None])
        slope = -len(scores) * load_keras().ops.convert_to_numpy(input_gradient(loss.generator, tensor))[:, 0]
        style = {"lw": 1.5} | styles[name] | {"wasserstein": {"lw": 5}, "hinge": {"ls": ":"}}.get(name, {})
        ax.plot(scores, slope, label=LOSS_NAMES.get(name, name), **style)
        curves.append((scores, slope, style["color"]))
    log_height(ax, *curves)
    least, most = min(ax.get_ylim()[0], 2e-6), max(ax.get_ylim()[1], 5)
    ax.set(xlabel="score of a generated cover", ylabel="pull on the score (−slope)", ylim=(least, most))
    ax.axvspan(-12, -4, color=CALM, alpha=0.12, lw=0)
    ax.text(-11.7, least * 2, "surely generated", color=INK, fontsize="small")
    ax.legend(frameon=False, loc="lower right")
    opinion = ax.secondary_xaxis("top")
    opinion.set_xticks([-10, -5, 0, 5], [f"{1 / (1 + np.exp(-score)):.2g}" for score in (-10, -5, 0, 5)])
    opinion.set_xlabel("D = sigmoid(score): probability of being real")
    open_frame(ax).spines["top"].set_visible(True)
    return ax


def gan_curves(
    runs: Mapping[str, pd.DataFrame],
    ax: Axes,
    *,
    value: str,
    log: bool = False,
    notes: Mapping[str, str] | None = None,
) -> Axes:
    """Draw one column of several GAN trainings' metrics over steps.

    Parameters
    ----------
    runs
        What `albumlib.covers.gan.CoverGan.step` returned, a row a step, by the training's name.
    ax
    value
        A column.
    log
        Logarithmic vertical axis; what it cannot show is marked at its foot.
    notes
        What to read from a training's curve, written below its end.

    Notes
    -----
    Notebook: 09_gan_losses
    """
    styles, curves = series_styles(runs, COLORS), []
    for name, metrics in runs.items():
        steps, values = np.arange(1, len(metrics) + 1), metrics[value]
        color = styles[name]["color"]
        draw_line(ax, steps, values, label=name, **styles[name])
        curves.append((steps, values, color))
        seen = np.flatnonzero(values > 0 if log else values.notna())
        if notes and name in notes and len(seen):
            last = seen[-1]
            place = {"xytext": (0, -18), "textcoords": "offset points", "ha": "right", "va": "top"}
            ax.annotate(notes[name], (steps[last], values.iloc[last]), color=color, fontsize="small", **place)
    ax.set(xlabel="step", ylabel=NAMES.get(value, value))
    if log:
        log_height(ax, *curves)
    if len(runs) > 1:
        ax.legend(ncols=len(runs), **ABOVE)  # the curves may lie anywhere
    return open_frame(ax)


def starvation(metrics: pd.DataFrame, ax: Axes) -> Axes:
    """Draw the generator's gradient over the discriminator's opinion of its covers, a point a step of the sigmoid loss.

    Parameters
    ----------
    metrics
        A row a step, with ``generator_loss`` and ``generator_gradient``.
    ax

    Notes
    -----
    Notebook: 09_gan_losses
    """
    # The loss is the mean of log(1 - D), and that is what it says about D.
    opinion, norm = -np.expm1(metrics["generator_loss"].to_numpy()), metrics["generator_gradient"].to_numpy()
    shown = (opinion > 0) & (norm > 0)
    steps, opinion, norm = np.flatnonzero(shown) + 1, opinion[shown], norm[shown]
    scale = {"cmap": "viridis_r", "vmin": 1, "vmax": max(len(metrics), 2)}
    points = ax.scatter(opinion, norm, c=steps, s=8, zorder=3, **scale)
    ax.figure.colorbar(points, ax=ax, label="step").outline.set_visible(False)
    if len(opinion):
        ax.set(xscale="log", yscale="log")
        ends = np.array([opinion.min(), opinion.max()])
        ax.plot(ends, np.exp(np.mean(np.log(norm / opinion))) * ends, ":", color=INK, lw=1, label="in proportion to D")
        ax.legend(frameon=False, loc="upper left")
    label = "D: probability that a generated cover\nis real, says the discriminator"
    hidden = "" if shown.all() else f"\n({(~shown).sum()} steps at 0 are not shown)"
    ax.set(xlabel=label + hidden, ylabel=NAMES["generator_gradient"])
    ax.text(0.97, 0.05, "← sure discriminator, no gradient", transform=ax.transAxes, ha="right", fontsize="small")
    return open_frame(ax)


def critic_slopes(table: pd.DataFrame, ax: Axes) -> Axes:
    """Draw how steep critics are on the way from a generated to a real cover.

    Parameters
    ----------
    table
        Gradient norms, a column a critic; the index is the place on the way, 0 (generated) to 1 (real).
    ax

    Notes
    -----
    Notebook: 09_gan_losses
    """
    styles = series_styles(table, COLORS)
    for name in table:
        ax.plot(table.index, table[name], marker="o", label=name, ms=4, **styles[name])
    ax.axhline(1, color=INK, lw=1, ls=":")
    ax.text(0.5, 0.8, "1: the penalty's aim", ha="center", va="top", fontsize="small")
    log_height(ax, *((table.index, table[name], styles[name]["color"]) for name in table))
    label = "slope: gradient norm of\nthe score in the cover"
    ax.set(xlabel="from a generated (0) to a real cover (1)", ylabel=label, ylim=(min(0.2, ax.get_ylim()[0]), None))
    if len(table.columns) > 2:
        ax.legend(frameon=False, loc="upper left", bbox_to_anchor=(1, 1))
    elif len(table.columns) == 2:
        ax.legend(ncols=2, **ABOVE)
    return open_frame(ax)


def recipes(table: pd.DataFrame, axes: Sequence[Axes]) -> Sequence[Axes]:
    """Draw how far each variant of a GAN came: recognisability on the left, KID on the right.

    Parameters
    ----------
    table
        Columns ``variant``, ``recognisability``, ``KID``; several rows of a variant are its seeds.
    axes
        Two.

    Notes
    -----
    Notebook: 10_train_cover_gan
    """
    means = table.groupby("variant")["recognisability"].mean().sort_values(na_position="first")
    rows = table["variant"].map({name: number for number, name in enumerate(means.index)})
    colors = [ACCENT if name.startswith("ours") else CALM for name in table["variant"]]
    labels = {"recognisability": "recognised by the judge (share of covers)", "KID": "KID (less is better; log scale)"}
    for ax, (value, label) in zip(axes, labels.items(), strict=True):
        ax.scatter(table[value], rows, c=colors, s=36, zorder=3, clip_on=False)
        ax.set(xlabel=label, yticks=range(len(means)), yticklabels=means.index, ylim=(-0.6, len(means) - 0.4))
        ax.grid(axis="y", color=CALM, alpha=0.3, lw=0.6)
        open_frame(ax)
    axes[0].set(xlim=(0, 1))
    axes[1].set(yticklabels=[])
    log_ticks(axes[1], "x", table["KID"])
    return axes


def budget(table: pd.DataFrame, axes: Sequence[Axes], *, by: str = "images shown") -> Sequence[Axes]:
    """Draw how good GAN trainings were at stages of their budget: recognisability, KID and diversity, from the left.

    Parameters
    ----------
    table
        Columns ``networks``, ``seed``, `by`, ``of the judge's``, ``KID`` and ``diversity``; several rows at a stage are
        samplings.
    axes
        Three.
    by
        A column: what the budget is counted in.

    Notes
    -----
    Notebook: 10_train_cover_gan
    """
    labels = {
        "of the judge's": "recognised (1: as real covers)",
        "KID": "KID (less is better; log scale)",
        "diversity": "diversity (1: as real covers)",
    }
    styles = series_styles(sorted(table["networks"].unique()))
    for ax, (value, label) in zip(axes, labels.items(), strict=True):
        for (name, seed), rows in table.groupby(["networks", "seed"]):
            mean = rows.groupby(by)[value].mean()
            first = seed == table.loc[table["networks"] == name, "seed"].min()  # a name once, however many trainings
            style = styles[name] if first else {**styles[name], "ls": ":"}
            ax.plot(mean.index, mean, label=name if first else None, **style)
            ax.plot(rows[by], rows[value], "o", color=styles[name]["color"], ms=3)
        ax.set(xlabel=by, ylabel=label)
        log_ticks(ax, "x", table[by], formatter=counts_formatter())
        if value == "KID":
            log_ticks(ax, "y", table[value])
        else:
            ax.axhline(1, color=INK, lw=0.6, ls=":")
        open_frame(ax)
    axes[0].legend(ncols=3, fontsize="small", **ABOVE)
    return axes
