"""The tables of FMA."""

from functools import partial

from hostile_files import random_bytes, raw, reads, sound, tone, used

HEAD = ",track,artist,set,set\n,genres,name,split,subset\ntrack_id,,,,\n"
GOOD = "2,[12],A,training,small\n"


def fma(folder, rows=GOOD, *, head=HEAD, genres=b"genre_id,parent\n12,0\n25,12\n"):
    content = rows if isinstance(rows, bytes) else (head + rows).encode()
    raw(folder, "fma_metadata/tracks.csv", content)
    raw(folder, "fma_metadata/genres.csv", genres)
    for name in ("fma_small/000/000002.mp3", "fma_small/x.mp3", "x.mp3"):
        sound(folder, name, tone(1.0))
    return folder


def fma_ring(folder, *, length):
    """Each genre has the next for its parent, and the last one the first."""
    rows = (b"%d,%d\n" % (n, n % length + 1) for n in range(1, length + 1))
    return fma(folder, genres=b"genre_id,parent\n" + b"".join(rows))


FMA = {
    "FMA ids that climb": (partial(fma, rows=GOOD + "../in/x,[12],A,training,small\n"), used(1, 1)),
    "FMA ids that are absolute": (partial(fma, rows=GOOD + "/etc/passwd,[12],A,training,small\n"), used(1, 1)),
    "FMA ids in letters": (partial(fma, rows=GOOD + "abcdef,[12],A,training,small\n"), used(1, 1)),
    "FMA ids below 0": (partial(fma, rows=GOOD + "-2,[12],A,training,small\n"), used(1, 1)),
    "FMA ids that are huge": (partial(fma, rows=GOOD + "9" * 400 + ",[12],A,training,small\n"), used(1, 1)),
    "FMA ids that are missing": (partial(fma, rows=GOOD + ",[12],A,training,small\n"), used(1, 1)),
    "FMA ids with escape sequences": (partial(fma, rows=GOOD + "\x1b[2J,[12],A,training,small\n"), used(1, 1)),
    "FMA rows twice": (partial(fma, rows=GOOD * 3), used(1, 2)),
    "FMA with a BOM": (partial(fma, head="\ufeff" + HEAD), used(1, 0)),
    "FMA in Latin-1": (partial(fma, rows="2,[12],\xe9,training,small\n".encode("latin-1")), "unreadable table"),
    "FMA without a byte": (partial(fma, rows=b""), "unreadable table"),
    "FMA of headers": (partial(fma, rows=""), "no usable track"),
    "FMA with one header row": (partial(fma, head="track_id,genres\n"), "unreadable table"),
    "FMA in binary": (partial(fma, rows=random_bytes(5000)), "unreadable table"),
    "FMA short rows": (partial(fma, rows=GOOD + "3\n4,[12]\n"), used(1, 0)),
    "FMA long rows": (partial(fma, rows="2,[12],A,training,small,more,and,more\n"), "unreadable table"),
    "FMA genres that are NaN": (partial(fma, rows=GOOD + "3,NaN,A,training,small\n"), used(1, 1)),
    "FMA genres without an end": (partial(fma, rows="2,\"[12, 'x'\",A,training,small\n"), reads(genre="Rock")),
    "FMA genres with semicolons": (partial(fma, rows="2,12;25,A,training,small\n"), reads(genre="Punk")),
    "FMA genres of 5,000 digits": (partial(fma, rows=GOOD + "3," + "1" * 5000 + ",A,training,small\n"), used(1, 1)),
    "FMA genres that are code": (
        partial(fma, rows=GOOD + "3,__import__('os').abort(),A,training,small\n"),
        used(1, 1),
    ),
    "FMA genres in a ring": (partial(fma, genres=b"genre_id,parent\n12,25\n25,12\n"), reads(genre="Rock")),
    "FMA genres in a ring of 50,000": (partial(fma_ring, length=50_000), reads(genre="Rock")),
    "FMA genres in text": (partial(fma, genres=b"genre_id,parent\nRock,Music\n"), "unreadable table"),
    "FMA genres without parents": (partial(fma, genres=b"genre_id,title\n12,Rock\n"), "unreadable table"),
    "FMA genres without a byte": (partial(fma, genres=b""), "unreadable table"),
    "FMA genres in binary": (partial(fma, genres=random_bytes(500)), "unreadable table"),
}
