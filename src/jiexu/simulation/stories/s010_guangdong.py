"""010: from 广州 to 肇庆, inside 广东: the record goes, the account stays and stays usable."""

from __future__ import annotations

from jiexu.simulation.stage import Stage
from jiexu.simulation.stories import Played, Story
from jiexu.simulation.stories.telling import Office, Person, Telling

GUANGZHOU, ZHAOQING = "440100", "441200"
JIAHUI = Person(name="何嘉慧", certno="440198199006122468", username="jiahui")
BALANCE_FEN = 865040
SOURCE = (
    "省市规定 广东省职工医保个人账户管理办法（肇庆职工医保个人账户说明）（未见官方正文，据转载）"
)
STAYS = (
    "省内不划转、不提现，个人账户在全省可用：余额留在转出地广州市的个人账户里，"
    "不冻结，照常可以使用。"
)
NOTHING = ("NOTHING_CHOSEN", "勾选要付款的行后再制单。")


def play(stage: Stage) -> Played:
    """120 months go; 8,650.40 元 are neither moved nor frozen, and nobody has anything to pay."""
    told = Telling(stage, "010")
    told.open(
        Office(area=GUANGZHOU, short="gz", name="广州市医疗保险服务中心"),
        Office(area=ZHAOQING, short="zq", name="肇庆市医疗保险服务中心", money="0.00"),
    )
    told.moved(JIAHUI, GUANGZHOU, ZHAOQING, begin="2016-03", balance="8650.40")

    decision = told.check(JIAHUI, ZHAOQING, from_area=GUANGZHOU, to_area=ZHAOQING)
    told.because(JIAHUI, decision, ("ACCOUNT_STAYS", STAYS, "", SOURCE))
    told.answers(
        decision,
        "accept",
        money_route="stays",
        provisional_route=False,
        money_amount="0.00",
        moves=["record", "years"],
        cross_province=False,
    )

    case_no = told.apply(JIAHUI, GUANGZHOU, ZHAOQING)
    told.settle()
    told.legs(GUANGZHOU, case_no, "out", "done", "none")
    told.legs(ZHAOQING, case_no, "in", "done", "none")
    case = told.case(ZHAOQING, case_no, "in")
    told.expect(
        "told with the case", [tuple(one) for one in case["informed"]], [(STAYS, "", SOURCE)]
    )
    told.expect(
        "where the money is",
        case["money_sentence"],
        "按规定不划转，余额留在转出地的个人账户里，没有冻结，照常可以使用。",
    )
    # Wed 11 March + 10 working days: Wed 25 March; + 5: 26, 27, 30, 31 March, Wed 1 April.
    told.expect(
        "promised", (case["promised_on"], case["promised_provisional"]), ("2026-04-01", False)
    )
    balance = stage.at(GUANGZHOU).balance(GUANGZHOU, JIAHUI.certno)
    told.expect("usable as before", balance["available_fen"], BALANCE_FEN)
    told.holds(JIAHUI, GUANGZHOU, BALANCE_FEN)
    told.holds(JIAHUI, ZHAOQING, 0)
    nothing = stage.at(GUANGZHOU).prepare_payments(GUANGZHOU, "gz_zhidan", "story-010-nothing")
    told.expect("nothing to pay", (nothing["code"], nothing["remedy"]), NOTHING)
    covers = {one["area"]: one for one in stage.at(ZHAOQING).cover(JIAHUI.username)}
    told.expect("months", covers[ZHAOQING]["months_total"], 121)
    told.expect("the old relation", covers[GUANGZHOU]["status"], "terminated")
    return told.played((ZHAOQING, case_no, "in"), (GUANGZHOU, case_no, "out"))


STORY = Story(
    id="010",
    title="广州 → 肇庆：广东省内，年限转过去，个人账户不划转、不提现",
    areas=(GUANGZHOU, ZHAOQING),
    start="2026-03-11T10:00:00",
    play=play,
)
