"""The look of all figures."""

from albumlib.progress import in_notebook

INK = "#222222"
ACCENT = "#d1495b"
CALM = "#8a8a8a"


def use_style():
    """Set the look of all figures; the first cell of each notebook calls it.

    Notes
    -----
    Notebook: 00_from_song_to_cover
    """
    import seaborn

    rc = {"figure.dpi": 90, "axes.titlesize": "medium"}
    seaborn.set_theme(style="white", context="notebook", font_scale=0.85, rc=rc)
    if in_notebook():
        from matplotlib_inline.backend_inline import set_matplotlib_formats

        # Spectrograms and covers as PNG would make the notebooks several megabytes.
        set_matplotlib_formats("jpeg", pil_kwargs={"quality": 88})


def open_frame(ax):
    """Take away the frame's upper and right side.

    Parameters
    ----------
    ax : matplotlib.axes.Axes

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax.spines[["top", "right"]].set_visible(False)
    return ax
