"""017: from 宜兴 to 无锡: one pooling area, so nothing is transferred and no case begins."""

from __future__ import annotations

from jiexu.simulation.stage import Stage
from jiexu.simulation.stories import Played, Story
from jiexu.simulation.stories.telling import Office, Person, Telling

YIXING, WUXI = "320282", "320200"
YANDONG = Person(name="严冬", certno="320298199303141575", username="yandong")
REASON = (
    "SAME_POOLING_AREA",
    "转出地和转入地同属一个统筹区（无锡市），不需要办理转移接续。",
    "",
    "省市规定 宜兴市人民政府网医保问答（2023年11月20日）",
)


def play(stage: Stage) -> Played:
    """Said before applying and again when he tries; nothing is written, the balance stays."""
    told = Telling(stage, "017")
    told.open(Office(area=WUXI, short="wx", name="无锡市医疗保险基金管理中心"))
    told.insured(
        YANDONG,
        WUXI,
        months=[("2017-07", "2026-02")],
        statuses=[("normal", "2017-07-01", "2026-02-28"), ("paused", "2026-03-01", "")],
        employer="宜兴陶艺有限公司",
        balance="777.77",
    )
    told.signs_up(YANDONG, WUXI)

    check = told.check(YANDONG, WUXI, from_area=YIXING, to_area=WUXI)
    told.answers(check, "not_needed", kind="EE", money_route="none", moves=[], out_due=None)
    told.because(YANDONG, check, REASON)
    tried = told.tries(YANDONG, YIXING, WUXI)
    told.refused(
        tried,
        "SAME_POOLING_AREA",
        "年限和个人账户照常使用；如只是换单位，请由新单位办理参保登记。",
    )
    told.because(YANDONG, tried, REASON)
    told.expect("no case", stage.at(WUXI).cases_of(YANDONG.username), [])

    # Out of work in the same city: another scheme is a matter of registration.
    check = told.check(YANDONG, WUXI, from_area=WUXI, to_area=YIXING, insutype_to="390")
    told.answers(check, "not_needed", kind="ER")
    told.because(YANDONG, check, REASON)
    told.expect("the note", list(check["notes"]), ["在同一统筹区内换险种，办理参保登记变更即可。"])
    told.holds(YANDONG, WUXI, 77777)
    return told.played()


STORY = Story(
    id="017",
    title="宜兴到无锡：同一统筹区，不需要转移",
    areas=(WUXI,),
    start="2026-03-11T10:00:00",
    play=play,
)
