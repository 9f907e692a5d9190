"""Towns and postcode areas, as rows."""

from __future__ import annotations

from classes.locality import folded
from classes.models import Locality, LocalityName


def make_locality(
    name: str,
    latitude: float,
    longitude: float,
    *,
    country: str = "GB",
    region: str = "",
    population: int = 0,
    kind: str = Locality.Kind.TOWN,
    also: tuple[str, ...] = (),
) -> Locality:
    made = Locality.objects.create(
        key=f"{country}:{region}:{name}:{latitude}"[:40],
        kind=kind,
        name=name,
        region=region,
        country=country,
        latitude=latitude,
        longitude=longitude,
        population=population,
    )
    spellings = {folded(spelling) for spelling in (name, *also)}
    LocalityName.objects.bulk_create(LocalityName(locality=made, folded=spelling) for spelling in spellings)
    return made


def make_leeds() -> Locality:
    """Leeds, and its postcode area LS6, two and a half kilometres north-west of the middle."""
    make_locality("LS6", 53.818, -1.566, kind=Locality.Kind.POSTCODE)
    return make_locality("Leeds", 53.79648, -1.54785, region="England", population=536280)


def make_newports() -> tuple[Locality, Locality]:
    """Two towns of one name; the one in Wales is bigger."""
    wight = make_locality("Newport", 50.70146, -1.29124, region="England", population=24884)
    wales = make_locality("Newport", 51.58774, -2.99835, region="Wales", population=161506, also=("Casnewydd",))
    return wales, wight
