from .archives import ARCHIVES, BASE_URL, Archive, check_space, fetch_archive, is_complete, space_needed, verify
from .covers import CoverCounts, check_picture, fetch_covers, plan_covers, present_link
from .http import Patience, RequestFailed, ask, content_length, read_chunks, seconds_asked
from .polite import Polite
from .receive import download, failed_download, received
from .unpack import check_entries, unpack
