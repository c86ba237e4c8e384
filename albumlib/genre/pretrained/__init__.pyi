from .classifier import PretrainedClassifier, known_shares, song_embedding, train_head
from .embedding import HEARING, Patches, check_hearing, embed, embed_file, sound_change
from .head import Head, fit_head, head_features
from .mel import FRAMES, cut_patches, level_gain, log_mel
from .musicnn.checkpoint import find_checkpoint, read_checkpoint
from .musicnn.network import TAGS, build_network, load_pretrained
from .store import embed_catalog, is_installed
from .table import TagTable, read_table, tag_rates
from .tags import Calibration, genre_shares, vote, why_no_music, why_too_steady
