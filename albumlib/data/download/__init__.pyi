from .archives import ARCHIVES, BASE_URL, fetch_archive
from .covers import fetch_covers, plan_covers
from .session import RETRY, Client, RequestFailed, receive
