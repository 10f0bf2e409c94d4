"""013: out of a job in 南京, a resident of 柳州 now: the years go, the balance cannot."""

from __future__ import annotations

from jiexu.simulation.stage import Stage
from jiexu.simulation.stories import Played, Story
from jiexu.simulation.stories.answers import MEASURE
from jiexu.simulation.stories.telling import Office, Person, Telling

NANJING, LIUZHOU = "320100", "450200"
GUOQIANG = Person(name="韦国强", certno="320198198404055131", username="guoqiang")
BALANCE_FEN = 128640
TEXT = "居民医保没有个人账户，余额不能转入；余额怎样处理国家没有统一规定，当地的规定也没有查到。"
WAY = "本人：申请前向南京市经办机构确认余额的去向，可拨打 12393"
FORM = {"insutype": "310", "insutype_to": "390"}


def play(stage: Stage) -> Played:
    """Told before the application, asked of nobody, and nothing of 1,286.40 元 is frozen."""
    told = Telling(stage, "013")
    told.open(
        Office(area=NANJING, short="nj", name="南京市医疗保险管理中心"),
        Office(area=LIUZHOU, short="lz", name="柳州市医疗保险事业管理中心", money="0.00"),
    )
    told.insured(
        GUOQIANG,
        NANJING,
        months=[("2019-05", "2026-01")],
        statuses=[("normal", "2019-05-01", "2026-01-31"), ("paused", "2026-02-01", "")],
        employer="原单位有限公司",
        balance="1286.40",
    )
    told.resident(GUOQIANG, LIUZHOU, 2026, since="2026-02-09")
    told.signs_up(GUOQIANG, LIUZHOU)

    before = told.check(GUOQIANG, LIUZHOU, from_area=NANJING, to_area=LIUZHOU, **FORM)
    told.answers(
        before,
        "accept",
        kind="ER",
        money_route="unknown",
        money_amount=None,
        moves=["record", "years"],
    )
    told.because(GUOQIANG, before, ("NO_ACCOUNT_AT_DESTINATION", TEXT, WAY, MEASURE))
    asks = "申请前先问清余额的去向：可拨打医保服务热线 12393 或向当地经办机构核实(南京市)。"
    told.expect("whom to ask", asks in before["notes"], True, before["notes"])

    case_no = told.apply(GUOQIANG, NANJING, LIUZHOU, **FORM)
    told.settle()
    told.legs(NANJING, case_no, "out", "done", "none")
    told.legs(LIUZHOU, case_no, "in", "done", "none")
    for area, half in ((LIUZHOU, "in"), (NANJING, "out")):
        case = told.case(area, case_no, half)
        told.expect("ended", case["state"], "completed")
        told.expect("told", [tuple(one) for one in case["informed"]], [(TEXT, WAY, MEASURE)])
        told.expect(
            "where the money is",
            case["money_sentence"],
            "余额不能转入，仍在转出地的个人账户里，没有冻结；去向见“还要知道的”。",
        )
    # Wed 11 March + 10 working days: Wed 25 March; + 5 more: Wed 1 April.
    told.expect("promised", told.case(LIUZHOU, case_no, "in")["promised_on"], "2026-04-01")
    told.holds(GUOQIANG, NANJING, BALANCE_FEN)
    account = stage.at(NANJING).balance(NANJING, GUOQIANG.certno)
    told.expect("usable", (account["available_fen"], account["reserved_fen"]), (BALANCE_FEN, 0))
    told.expect("nothing on its way", stage.at(NANJING).transit(NANJING, case_no), 0)
    return told.played((LIUZHOU, case_no, "in"), (NANJING, case_no, "out"))


STORY = Story(
    id="013",
    title="职工转居民：年限转过去，余额没有账户可去，先说清楚再申请",
    areas=(NANJING, LIUZHOU),
    start="2026-03-11T10:00:00",
    play=play,
)
