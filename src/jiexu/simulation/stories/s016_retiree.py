"""016: retired in 南京, living with her daughter in 柳州: no transfer, and what to do instead."""

from __future__ import annotations

from jiexu.simulation.stage import Stage
from jiexu.simulation.stories import Played, Story
from jiexu.simulation.stories.answers import MEASURE
from jiexu.simulation.stories.telling import Office, Person, Telling

NANJING, GUANGZHOU, LIUZHOU = "320100", "440100", "450200"
XIUYING = Person(name="陶秀英", certno="32019819580702968X", username="xiuying")
LIANG = Person(name="梁伯强", certno="440198195704153175", username="liang")
TEXT = "退休人员的职工医保关系不办理转移接续。"
WAY = (
    "本人：医保关系留在退休地；在外地长期居住的，办理异地安置（异地就医）备案，即可在居住地直接结算"
)
TO_BANK = "；按广州市的规定，备案后可申请将个人账户资金划入本人银行账户"
BALANCE_FEN = 221000


def play(stage: Stage) -> Played:
    """Refused wherever she asks; nothing tells her to end her cover, and nothing is touched."""
    told = _cast(stage)
    reason = ("RETIREE", TEXT, WAY, MEASURE)
    check = told.check(XIUYING, NANJING, from_area=NANJING, to_area=LIUZHOU)
    told.answers(check, "refuse", money_route="stays", moves=[], out_due=None, wait_months=None)
    told.because(XIUYING, check, reason)

    there = told.tries_at_source(XIUYING, NANJING, LIUZHOU)
    told.refused(there, "RETIREE", f"{WAY}。")
    told.because(XIUYING, there, reason)
    here = told.tries(XIUYING, NANJING, LIUZHOU)
    told.refused(
        here,
        "PERSON_UNKNOWN_HERE",
        "柳州市医疗保险事业管理中心没有您的参保记录，不能申请转入。",
        "已退休的不转移，请向退休地经办机构办理异地安置备案。",
    )
    told.says(XIUYING, here)

    # 柳州 does not know that she is retired: she helps out in a shop that has insured her.
    told.insured(
        XIUYING,
        LIUZHOU,
        months=[("2026-03", "2026-03")],
        statuses=[("normal", "2026-03-01", "")],
        employer="柳州小餐馆",
    )
    case_no = told.apply(XIUYING, NANJING, LIUZHOU)
    told.settle()
    for area, half in ((LIUZHOU, "in"), (NANJING, "out")):
        told.declined(area, case_no, half, "refused", (TEXT, WAY, MEASURE))
    papers = [paper["kind"] for paper in told.case(LIUZHOU, case_no, "in")["papers"]]
    told.expect("the paper", papers, ["refusal"])
    account = stage.at(NANJING).balance(NANJING, XIUYING.certno)
    told.expect("untouched", (account["available_fen"], account["reserved_fen"]), (BALANCE_FEN, 0))

    # 广东 has a rule more: the account of a retiree who has settled in another province.
    check = told.check(LIANG, GUANGZHOU, from_area=GUANGZHOU, to_area=LIUZHOU)
    told.answers(check, "refuse")
    told.because(LIANG, check, ("RETIREE", TEXT, WAY + TO_BANK, MEASURE))
    return told.played((LIUZHOU, case_no, "in"), (NANJING, case_no, "out"))


def _cast(stage: Stage) -> Telling:
    told = Telling(stage, "016")
    told.open(
        Office(area=NANJING, short="nj", name="南京市医疗保险管理中心"),
        Office(area=GUANGZHOU, short="gz", name="广州市医疗保险服务中心"),
        Office(area=LIUZHOU, short="lz", name="柳州市医疗保险事业管理中心"),
    )
    for person, area, balance in ((XIUYING, NANJING, "2210.00"), (LIANG, GUANGZHOU, "960.00")):
        told.insured(
            person,
            area,
            months=[("1998-01", "2013-07")],
            statuses=[("normal", "2013-08-01", "")],
            employer="原单位有限公司",
            balance=balance,
            是否退休="是",
        )
        told.signs_up(person, area)
    return told


STORY = Story(
    id="016",
    title="退休人员：不办转移，改办异地安置备案",
    areas=(NANJING, GUANGZHOU, LIUZHOU),
    start="2026-03-11T10:00:00",
    play=play,
)
