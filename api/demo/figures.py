"""The figures of the two articles that the rooms built so far can answer: what each county must come to."""

from collections.abc import Mapping
from typing import NamedTuple

__all__ = ["EXPECTED", "Expected"]


class Expected(NamedTuple):
    """A value, and for a ratio in percent its two numbers."""

    value: float
    numerator: int | None = None
    denominator: int | None = None


EXPECTED: Mapping[str, Mapping[str, Expected]] = {
    "140423": {
        "communities": Expected(9),
        "compounds": Expected(156),
        "grids": Expected(294),
        "microGrids": Expected(656),
        "fullTimeGridWorkers": Expected(226),
        "microGridLeaders": Expected(656),
        "communityPartyCommittees": Expected(9),
        "compoundPartyBranches": Expected(56),
        "gridPartyGroups": Expected(105),
        "branchSecretaries": Expected(56),
        "reserveCadres": Expected(18),
        "countyJointMeetingsPerQuarter": Expected(1),
        "waimaoDeliberations": Expected(6),
        "waimaoWorkItems": Expected(5),
        "jointMeetingCompliance": Expected(100.0, 32, 32),
        "starRatedBranches": Expected(56),
        "starRatedSecretaries": Expected(9),
        "benchmarkBranches": Expected(9),
        "registeredMembers": Expected(4012),
        "pairedUnits": Expected(90),
        "pairedCompounds": Expected(156),
        "propertyFirmBranches": Expected(10),
        "propertyServiceCoverage": Expected(100.0, 156, 156),
        "marketServicedCompounds": Expected(113),
        "marketServiceShare": Expected(72.4, 113, 156),
        "ownersCommittees": Expected(13),
        "propertyManagementCommittees": Expected(143),
        "governingBodyCoverage": Expected(100.0, 156, 156),
        "allianceMerchants": Expected(142),
        "foodFestivalMerchants": Expected(47),
        "couponsIssued": Expected(2710),
        "volunteerFairMerchants": Expected(23),
        "volunteerFairServices": Expected(16),
        "volunteerFairResidents": Expected(3060),
        "yonganJointActivities": Expected(306),
        "yonganDifficultiesSolved": Expected(726),
        "cityVolunteerAwards": Expected(1),
        "compoundsWithFiveHaves": Expected(156),
        "payScalePosts": Expected(3),
        "payScaleGrades": Expected(18),
        "transitionedWorkers": Expected(30),
        "certifiedSocialWorkers": Expected(15),
        "smartPlatformCommunities": Expected(6),
        "smartPlatformModules": Expected(7),
        "communityTypes": Expected(5),
        "countyCentreArea": Expected(3600),
        "countyCentreHalls": Expected(6),
        "countyCentreStudios": Expected(6),
        "townCentreMeanArea": Expected(1300, 130000, 1),
        "communityCentreMinArea": Expected(500),
        "serviceStations": Expected(56),
        "restStations": Expected(9),
    },
    "140430": {
        "stationHaves": Expected(8),
        "stationFunctions": Expected(8),
        "stationOperatingSystems": Expected(3),
        "assessmentDimensions": Expected(4),
        "serviceStations": Expected(24),
        "mergedCentreRoomKinds": Expected(5),
        "communityCentreMinArea": Expected(500),
        "communities": Expected(6),
        "compoundPartyBranches": Expected(32),
        "gridPostKinds": Expected(3),
        "serviceTeamRoles": Expected(6),
        "ordersThroughFourLists": Expected(6),
        "mattersThroughFiveSteps": Expected(2),
        "careContracts": Expected(1),
        "careMinimumAge": Expected(60),
    },
}
