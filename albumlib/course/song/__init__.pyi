from .page import SongPage
from .parts import audio_player, covers_html, picture_html, song_figure, votes_figure
from .serve import page_notebook, page_settings
from .slider import Slider
from .transfer import MOST_BYTES, Download, Upload
