"""019: over 三月三 and into a year not yet published: each leg in its own agency's calendar."""

from __future__ import annotations

from jiexu.simulation.stage import Stage
from jiexu.simulation.stories import Played, Story
from jiexu.simulation.stories.telling import Office, Person, Telling

NANJING, LIUZHOU = "320100", "450200"
MENGDAN = Person(name="蒙丹", certno="450298199409094083", username="mengdan")
LUYAN = Person(name="陆言", certno="320198199202264482", username="luyan")
HUANGHAI = Person(name="黄海", certno="45019819910127391X", username="huanghai")
UNPUBLISHED = [
    "2027年的放假安排尚未公布：该年起按周一至周五推算，只扣除元旦、劳动节、国庆节的固定假日，"
    "春节、清明节、端午节、中秋节和调休未计入；公布后截止日可能改变。",
    "广西壮族自治区2027年三月三的放假通知尚未收录，本结果未计入。",
]


def play(stage: Stage) -> Played:
    """Two who cross each other in April, and one who applies in the last days of the year."""
    told = Telling(stage, "019")
    told.open(
        Office(area=NANJING, short="nj", name="南京市医疗保险管理中心"),
        Office(area=LIUZHOU, short="lz", name="柳州市医疗保险事业管理中心"),
    )
    told.moved(MENGDAN, LIUZHOU, NANJING, left="2026-03", joined="2026-04", balance="1830.25")
    told.moved(LUYAN, NANJING, LIUZHOU, left="2026-03", joined="2026-04", balance="940.10")
    # Mon 13 April. 广西 rests on 17 and 20 April (三月三), the nation does not; both rest
    # 1 to 5 May and work on Saturday 9 May.
    # 柳州 → 南京: 14-16 (3), 21-24 (7), 27-29 April (10); 30 April, 6-8 May (4), Sat 9 May (5).
    out = _applied(told, MENGDAN, LIUZHOU, NANJING, ("2026-04-29", "2026-05-09"))
    # 南京 → 柳州: 14-17 (4), 20-24 (9), 27 April (10); 28-30 April (3), 6 and 7 May (5).
    into = _applied(told, LUYAN, NANJING, LIUZHOU, ("2026-04-27", "2026-05-07"))
    told.money_follows(LIUZHOU)
    told.money_follows(NANJING)
    told.holds(MENGDAN, NANJING, 183025)
    told.holds(LUYAN, LIUZHOU, 94010)

    stage.later(days=250)  # Mon 21 December
    told.moved(HUANGHAI, NANJING, LIUZHOU, left="2026-11", joined="2026-12", balance="66.66")
    check = told.check(HUANGHAI, LIUZHOU, from_area=NANJING, to_area=LIUZHOU)
    told.answers(check, "accept", out_due="2027-01-05", in_due="2027-01-12")
    told.expect("provisional", (check["provisional"], list(check["notes"])), (True, UNPUBLISHED))
    # 22-25 (4), 28-31 December (8), 4 and 5 January (10); 6-8 (3), 11 and 12 January (5).
    late = _applied(
        told, HUANGHAI, NANJING, LIUZHOU, ("2027-01-05", "2027-01-12"), provisional=True
    )
    # The year is not published yet: counting again changes nothing and tells nobody anything.
    told.expect("counted again", stage.at(NANJING).recompute_dates(), 0)
    promised = told.case(LIUZHOU, late, "in")["promised_on"]
    told.expect("as promised", promised, "2027-01-12")
    told.money_follows(NANJING)
    told.holds(HUANGHAI, LIUZHOU, 6666)
    return told.played(
        (NANJING, out, "in"),
        (LIUZHOU, out, "out"),
        (LIUZHOU, into, "in"),
        (NANJING, into, "out"),
        (LIUZHOU, late, "in"),
        (NANJING, late, "out"),
    )


def _applied(
    told: Telling,
    person: Person,
    source: str,
    target: str,
    days: tuple[str, str],
    *,
    provisional: bool = False,
) -> str:
    """Apply: the old place's last day, and the promise of the whole record leg at both places."""
    case_no = told.apply(person, source, target)
    told.settle()
    for area, half in ((target, "in"), (source, "out")):
        case = told.case(area, case_no, half)
        clock = next(one for one in case["clocks"] if one["name"] == "record_out")
        found = (clock["holder"], clock["due_on"], clock["provisional"])
        told.expect("the old place's leg", found, (source, days[0], provisional))
        promise = (case["promised_on"], case["promised_provisional"])
        told.expect("promised", promise, (days[1], provisional))
    return case_no


STORY = Story(
    id="019",
    title="期限跨三月三、跨未公布的年度：两地各按自己的日历",
    areas=(NANJING, LIUZHOU),
    start="2026-04-13T10:00:00",
    play=play,
)
