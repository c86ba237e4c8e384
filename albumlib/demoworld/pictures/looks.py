"""The looks of all genres."""

from albumlib.demoworld.pictures import bands, machines, studios

# a genre's first look has two or three compositions, its second one
LOOKS = {
    "Ambient Electronic": (machines.ambient_electronic, machines.ripples),
    "Avant-Garde": (studios.avant_garde, studios.displaced),
    "Blues": (bands.blues, bands.strings),
    "Classical": (studios.classical, studios.keys),
    "Electronic": (machines.electronic, machines.signal),
    "Experimental": (studios.experimental, studios.copies),
    "Folk": (bands.folk, bands.wreath),
    "Hip-Hop": (machines.hip_hop, machines.speakers),
    "Indie-Rock": (bands.indie_rock, bands.curves),
    "International": (studios.international, studios.textile),
    "Jazz": (studios.jazz, studios.blocks),
    "Lo-Fi": (machines.lo_fi, machines.cassette),
    "Metal": (bands.metal, bands.roots),
    "Pop": (studios.pop, studios.sticker),
    "Psych-Rock": (bands.psych_rock, bands.checks),
    "Punk": (bands.punk, bands.stencil),
    "Rock": (bands.rock, bands.highway),
    "Techno": (machines.techno, machines.moire),
    "Trip-Hop": (machines.trip_hop, machines.blinds),
}
