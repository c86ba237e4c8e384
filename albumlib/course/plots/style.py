"""The look of all figures."""

from matplotlib.axes import Axes

from albumlib.progress import in_notebook

# Any two of these lie at least 24 apart in Lab (2.3 can just be seen), for the three kinds of colour blindness too.
INK, ACCENT, CALM = "#222222", "#c8334f", "#949494"
BLUE, AMBER, VIOLET = "#2e6f95", "#e09f3e", "#5e1f9e"
SERIES = (ACCENT, BLUE, AMBER, VIOLET, CALM, INK)


def use_style() -> None:
    """Set the look of all figures; the first cell of each notebook calls it.

    Notes
    -----
    Notebook: 00_from_song_to_cover
    """
    import seaborn

    rc = {"figure.dpi": 90, "axes.titlesize": "medium"}
    seaborn.set_theme(style="white", context="notebook", font_scale=0.85, palette=SERIES, rc=rc)
    if in_notebook():
        from matplotlib_inline.backend_inline import set_matplotlib_formats

        # Spectrograms and covers as PNG would make the notebooks several megabytes.
        set_matplotlib_formats("jpeg", pil_kwargs={"quality": 88})


def open_frame(ax: Axes) -> Axes:
    """Take away the frame's upper and right side."""
    ax.spines[["top", "right"]].set_visible(False)
    return ax
