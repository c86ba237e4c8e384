"""Figures that compare many runs: variants with all their seeds, accuracy against cost."""

from albumlib.course.plots.style import ACCENT, CALM, INK, open_frame


def seeds(runs, ax, *, score, by="variant", reference=None, names=None):
    """Draw every run as a dot, and the mean over the seeds as a bar, the best on top.

    Parameters
    ----------
    runs : pandas.DataFrame
        Columns `by` and `score`, 0 to 1; a row a run.
    ax : matplotlib.axes.Axes
    score : str
    by : str
        Column of what is compared.
    reference : str, optional
        Whose mean is drawn as a line through all rows.
    names : dict, optional
        What to write for each.

    Returns
    -------
    matplotlib.axes.Axes

    Notes
    -----
    Notebook: 06_regularization_report
    """
    means = runs.groupby(by)[score].mean().sort_values()
    places = {name: place for place, name in enumerate(means.index)}
    ax.plot(runs[score], runs[by].map(places), "o", color=CALM, ms=5)
    ax.plot(means, range(len(means)), "|", color=ACCENT, ms=18, mew=3)
    for name, place in places.items():
        ax.annotate(
            f"{means[name]:.1%}",
            (runs.loc[runs[by] == name, score].max(), place),
            (10, 0),
            textcoords="offset points",
            va="center",
            fontsize="small",
        )
    if reference:
        ax.axvline(means[reference], color=INK, lw=1, ls=":")
    ax.set_yticks(range(len(means)), [(names or {}).get(name, name) for name in means.index])
    ax.xaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    ax.set(ylim=(-0.7, len(means) - 0.3))
    return open_frame(ax)


def curve_bands(curves, ax, *, value, labels):
    """Draw a curve over epochs for each variant: the mean over the seeds, and a band from the lowest to the highest.

    Parameters
    ----------
    curves : pandas.DataFrame
        Columns ``variant``, ``seed``, ``epoch`` and `value`.
    ax : matplotlib.axes.Axes
    value : str
    labels : dict of str to str
        The variants to draw, and what to call them.

    Returns
    -------
    matplotlib.axes.Axes

    Notes
    -----
    Notebook: 06_regularization_report
    """
    for (variant, label), color in zip(labels.items(), (ACCENT, INK, "tab:blue", "tab:green"), strict=False):
        epochs = curves[curves["variant"] == variant].groupby("epoch")[value]
        ax.plot(epochs.mean(), color=color, label=label)
        ax.fill_between(epochs.mean().index, epochs.min(), epochs.max(), color=color, alpha=0.15, lw=0)
    ax.set(xlabel="epoch")
    ax.xaxis.get_major_locator().set_params(integer=True)
    ax.legend(frameon=False)
    return open_frame(ax)


def cost(table, ax, *, score, names=None):
    """Draw accuracy against the multiplications for one slice.

    Parameters
    ----------
    table : pandas.DataFrame
        Indexed by variant; columns ``multiplications``, ``parameters`` and `score`, 0 to 1.
    ax : matplotlib.axes.Axes
    score : str
    names : dict, optional
        Which points to name, and how.

    Returns
    -------
    matplotlib.axes.Axes

    Notes
    -----
    Notebook: 06_regularization_report
    """
    ax.scatter(table["multiplications"], table[score], s=12 + table["parameters"] / 2e4, color=ACCENT, alpha=0.5)
    for name, text in (names or {}).items():
        row = table.loc[name]
        ax.annotate(text, (row["multiplications"], row[score]), (8, 6), textcoords="offset points", fontsize="small")
    ax.set(xscale="log", xlabel="multiplications for one answer (area of a point: parameters)")
    ax.yaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    return open_frame(ax)
