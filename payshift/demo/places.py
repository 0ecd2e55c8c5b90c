"""Where the demo's jobs are and its people live: real places of Lagos and Abuja with their coordinates (WGS 84)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    name: str
    latitude: float
    longitude: float


LAGOS = (
    Place("Ikeja City Mall, Alausa, Ikeja, Lagos", 6.6142, 3.3581),
    Place("Adeola Odeku Street, Victoria Island, Lagos", 6.4302, 3.4213),
    Place("Eko Hotel, Adetokunbo Ademola Street, Victoria Island, Lagos", 6.4265, 3.4300),
    Place("Admiralty Way, Lekki Phase 1, Lagos", 6.4474, 3.4722),
    Place("Landmark Centre, Oniru, Victoria Island, Lagos", 6.4226, 3.4450),
    Place("Herbert Macaulay Way, Yaba, Lagos", 6.5095, 3.3711),
    Place("Adeniran Ogunsanya Street, Surulere, Lagos", 6.4940, 3.3570),
    Place("Wharf Road, Apapa, Lagos", 6.4489, 3.3640),
    Place("Balogun Market, Lagos Island, Lagos", 6.4541, 3.3903),
    Place("Maryland Mall, Ikorodu Road, Lagos", 6.5717, 3.3676),
    Place("Murtala Muhammed Airport, Ikeja, Lagos", 6.5774, 3.3212),
    Place("Computer Village, Otigba Street, Ikeja, Lagos", 6.5957, 3.3403),
    Place("Tafawa Balewa Square, Lagos Island, Lagos", 6.4479, 3.4014),
    Place("Novare Mall, Sangotedo, Ajah, Lagos", 6.4706, 3.6293),
)
ABUJA = (
    Place("Wuse Market, Wuse Zone 5, Abuja", 9.0631, 7.4646),
    Place("Jabi Lake Mall, Jabi, Abuja", 9.0765, 7.4250),
    Place("Transcorp Hilton, Maitama, Abuja", 9.0736, 7.4940),
    Place("Area 11, Garki, Abuja", 9.0290, 7.4890),
    Place("International Conference Centre, Central Area, Abuja", 9.0397, 7.4770),
    Place("3rd Avenue, Gwarinpa, Abuja", 9.1099, 7.4042),
    Place("Nnamdi Azikiwe Airport, Abuja", 9.0065, 7.2632),
    Place("Utako Market, Utako, Abuja", 9.0680, 7.4420),
)
