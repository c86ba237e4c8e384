from . import download
from .audio import Heard, audio_duration, hear_song, load_audio
from .catalog import COLUMNS, check_catalog, data_digest, list_files, make_catalog, read_texts, song_stamp
from .fma import load_fma, load_labels, most_specific, official_split
from .folder import load_folder, make_track_id
from .images import SIZE, catalog_covers, check_covers, list_covers, load_cover, load_covers
from .labels import Choice, choose_labels, is_missing, is_no_genre
from .library import load_library
from .splits import artist_key, check_no_leak, folds_by_artist, split_by_artist
from .tags import MOST_BYTES, embedded_art, read_tags, tagged_copy
from .validation import NEAR, PROBLEMS, cover_fingerprint, drop_useless, earlier_twins, validate
