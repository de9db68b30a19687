"""A person is registered once; what is personal stays in that event, for staff alone (BR-70)."""

import pytest

from domain.events import Audience, Personal
from domain.people import PersonRegistered, PhoneUnfit, register
from domain.specification import born, given


def test_a_person_is_registered_with_a_name_and_perhaps_a_telephone() -> None:
    person = born("person")
    given().when(register, full_name=Personal("王"), phone=Personal("13900000000")).then(
        PersonRegistered(person, Personal("王"), Personal("13900000000"))
    ).tagged({person})
    given().when(register, full_name=Personal("王")).then(PersonRegistered(person, Personal("王"), None))


@pytest.mark.parametrize("phone", ["12345", "0355-722 0000", "+86 139 0000 0000"])
def test_a_number_is_one_that_can_be_dialled(phone: str) -> None:
    assert given().when(register, full_name=Personal("王"), phone=Personal(phone)).refusal is None


@pytest.mark.parametrize(
    "phone", ["1234", "12ab5678", "139.5", "139--0000", "-139000", "1" * 19, "１３９００００００００"]
)
def test_what_cannot_be_dialled_is_no_number(phone: str) -> None:
    given().when(register, full_name=Personal("王"), phone=Personal(phone)).refused(PhoneUnfit("phone", len(phone)))


def test_only_staff_read_of_a_registration() -> None:
    assert PersonRegistered.audience is Audience.STAFF
