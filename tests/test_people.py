"""A person is registered once; what is personal stays in that event, for staff alone (BR-70)."""

from domain.events import Audience, Personal
from domain.people import PersonRegistered, register
from domain.specification import born, given


def test_a_person_is_registered_with_a_name_and_perhaps_a_telephone() -> None:
    person = born("person")
    given().when(register, full_name=Personal("王"), phone=Personal("139")).then(
        PersonRegistered(person, Personal("王"), Personal("139"))
    ).tagged({person})
    given().when(register, full_name=Personal("王")).then(PersonRegistered(person, Personal("王"), None))


def test_only_staff_read_of_a_registration() -> None:
    assert PersonRegistered.audience is Audience.STAFF
