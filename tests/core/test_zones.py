"""Zones: old names, countries, and what is not guessed."""

import pytest

from core.zones import country_of, normal_zone, zone_near, zone_of_country


@pytest.mark.parametrize(
    ("old", "present"),
    [
        ("US/Hawaii", "Pacific/Honolulu"),
        ("Chile/Continental", "America/Santiago"),
        ("NZ", "Pacific/Auckland"),
        ("Asia/Calcutta", "Asia/Kolkata"),
        ("Asia/Tel_Aviv", "Asia/Jerusalem"),
        ("Europe/Amsterdam", "Europe/Amsterdam"),
        ("europe/berlin", "Europe/Berlin"),
        ("America/Indiana/Indianapolis", "America/Indiana/Indianapolis"),
        ("UTC", "Etc/UTC"),
        ("Mars/Olympus", ""),
        ("", ""),
    ],
)
def test_old_names_become_present_ones(old, present):
    assert normal_zone(old) == present


def test_a_zone_has_a_country_and_a_country_perhaps_a_zone():
    assert (country_of("Pacific/Honolulu"), country_of("Etc/UTC")) == ("US", "")
    assert (zone_of_country("JP"), zone_of_country("CN"), zone_of_country("US")) == ("Asia/Tokyo", "Asia/Shanghai", "")


def test_a_place_is_in_the_zone_of_the_nearest_city_if_there_is_one():
    assert zone_near(51.4778, -0.0015) == "Europe/London"
    assert zone_near(0, -30) == ""
