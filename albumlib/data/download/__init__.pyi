from .archives import fetch_archive
from .covers import fetch_covers, plan_covers
from .session import Client, RequestFailed, receive
