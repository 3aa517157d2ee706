"""Identifiers are checked offline."""

import pytest
from django.core.exceptions import ValidationError

from accounts.identifiers import normal_orcid, normal_ror, validate_country, validate_orcid, validate_zone


@pytest.mark.parametrize(
    "written", ["0000-0002-1825-0097", "https://orcid.org/0000-0002-1825-0097", "0000000218250097"]
)
def test_an_orcid_is_read_however_it_is_written(written):
    assert normal_orcid(written) == "0000-0002-1825-0097"


def test_an_orcid_may_end_with_x():
    assert normal_orcid("0000-0002-1694-233X") == "0000-0002-1694-233X"


@pytest.mark.parametrize("wrong", ["0000-0002-1825-0096", "0000-0002-1825-009", "abc", ""])
def test_an_orcid_with_a_wrong_check_digit_is_refused(wrong):
    with pytest.raises(ValidationError):
        validate_orcid(wrong)


def test_a_ror_id_is_checked_by_its_checksum():
    assert normal_ror("https://ror.org/02aj13c28") == "02aj13c28"
    with pytest.raises(ValueError, match="02aj13c29"):
        normal_ror("02aj13c29")


def test_namibia_is_a_country_and_a_made_up_code_is_not():
    validate_country("NA")
    with pytest.raises(ValidationError):
        validate_country("UK")


def test_a_zone_is_a_name_of_the_iana_database():
    validate_zone("Asia/Shanghai")
    with pytest.raises(ValidationError):
        validate_zone("Beijing")
