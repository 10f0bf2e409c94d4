"""003: an employer in 柳州 files for a group that comes from 南京, one answer a line.

One line asks for a “统筹账户余额”: nobody has one, that is explained and the transfer goes on. One
of the group later returns to 南京, where the old relation is resumed and no month counts twice.
"""

from __future__ import annotations

from jiexu.simulation.stage import Stage
from jiexu.simulation.stories import Played, Story
from jiexu.simulation.stories.telling import Office, Person, Telling

NANJING, LIUZHOU = "320100", "450200"
EMPLOYER, USCC = "柳州龙城机械有限公司", "91450298XUYUYU129U"
AGENT = "longcheng"
RETURNS = Person(name="陈启明", certno="320198199002180313", username="qiming")
POOL = Person(name="郑小满", certno="320198199305210444", username="xiaoman")
RUNNING = Person(name="罗文博", certno="320198198703090172", username="wenbo")
RETIRED = Person(name="周桂芳", certno="320198196508120621", username="guifang")
NOT_OURS = Person(name="黄立新", certno="450298198801160351", username="lixin")
RETURNS_FEN, POOL_FEN = 625418, 183260

NO_POOL_BALANCE = (
    "关于“统筹账户余额”：统筹基金由全体参保人共用，没有属于个人的部分，不存在可以转走的统筹余额。"
    "转移的是参保关系、缴费年限和个人账户余额；这一行能不能转，不因此受影响。"
)


def cast(stage: Stage) -> Telling:
    """Four who left 南京 (one of them without 停保, one retired) and a stranger."""
    told = Telling(stage, "003")
    told.open(
        Office(area=NANJING, short="nj", name="南京市医疗保险管理中心"),
        Office(area=LIUZHOU, short="lz", name="柳州市医疗保险事业管理中心", kind="财政专户"),
    )
    told.employs(LIUZHOU, EMPLOYER, USCC, AGENT)
    paused = [("normal", "2019-03-01", "2026-03-31"), ("paused", "2026-04-01", "")]
    pasts = (
        (RETURNS, paused, "6254.18", ""),
        (POOL, paused, "1832.60", ""),
        (RUNNING, [("normal", "2019-03-01", "")], "990.00", ""),
        (RETIRED, paused, "4410.75", "是"),
    )
    for person, statuses, balance, retired in pasts:
        told.insured(
            person,
            NANJING,
            months=[("2019-03", "2026-03")],
            statuses=statuses,
            employer="南京云锦软件有限公司",
            balance=balance,
            是否退休=retired or "否",
        )
    for person in (RETURNS, POOL, RUNNING, RETIRED):
        told.insured(
            person,
            LIUZHOU,
            months=[("2026-04", "2026-05")],
            statuses=[("normal", "2026-04-01", "")],
            employer=EMPLOYER,
            单位统一社会信用代码=USCC,
        )
    told.insured(
        NOT_OURS,
        LIUZHOU,
        months=[("2020-01", "2026-05")],
        statuses=[("normal", "2020-01-01", "")],
        employer="柳州鱼峰食品有限公司",
    )
    told.signs_up(RETURNS, NANJING)
    return told


def play(stage: Stage) -> Played:
    """The list, its answers, the money, and the way back of one."""
    told = cast(stage)
    first, second = _the_list(told)
    _the_money(told, first, second)
    back = _the_way_back(told)
    return told.played(
        (LIUZHOU, first, "in"),
        (NANJING, first, "out"),
        (LIUZHOU, second, "in"),
        (NANJING, second, "out"),
        (NANJING, back, "in"),
        (LIUZHOU, back, "out"),
    )


def _the_list(told: Telling) -> tuple[str, str]:
    """Seven lines, seven answers; each stands by itself."""
    lines = [
        {"certno": one.certno, "psn_name": one.name, "area": "南京"}
        for one in (RETURNS, POOL, RUNNING, RETIRED, NOT_OURS, RETURNS)
    ]
    lines[1]["wish"] = "统筹账户余额也一起转过来"
    lines.append({"certno": "320198199002180314", "psn_name": "陈启明", "area": "南京"})
    told.stage.later(minutes=1)
    answers = told.sends(AGENT, LIUZHOU, USCC, "transfer", *lines)
    wanted = [
        ("done", "关系和年限：已办结", "", ""),
        ("done", "关系和年限：已办结", "", NO_POOL_BALANCE),
        (
            "not_yet",
            "转出地南京市还是正常参保，没有中止参保。",
            "原用人单位（灵活就业人员由本人）：在转出地南京市办理停保（中止参保）登记；"
            "原单位不办、失联或已注销的，持离职证明等材料向当地经办机构申请处理。",
            "",
        ),
        (
            "refused",
            "退休人员的职工医保关系不办理转移接续。",
            "本人：医保关系留在退休地；在外地长期居住的，办理异地安置（异地就医）备案，"
            "即可在居住地直接结算。",
            "",
        ),
        (
            "refused",
            "这个人现在不是本单位的在保职工，单位不能代办。",
            "请核对证件号码；新职工先办增员；已离职的由本人申请。",
            "",
        ),
        (
            "refused",
            "同一个人在名单里出现两次，这一行没有另外办理。",
            "以前面那一行的结果为准。",
            "",
        ),
        (
            "refused",
            "身份证号码最后一位（校验码）与前面的数字对不上，至少有一位填错了。",
            "请对照证件逐位核对后重新填写。",
            "",
        ),
    ]
    for line, says in zip(answers, wanted, strict=True):
        found = (line["state"], line["text"], line["remedy"], line["note"])
        told.expect(f"line {line['number']}", found, says)
    return answers[0]["case_no"], answers[1]["case_no"]


def _the_money(told: Telling, first: str, second: str) -> None:
    """Both go through; nothing of the pooled fund is in the figures."""
    # Monday 2026-05-11: ten working days 12-15, 18-22, 25 May; five more 26-29 May, 1 June.
    told.promised(LIUZHOU, first, "in", "2026-06-01", provisional=False)
    told.money_follows(NANJING)
    for case_no, person, fen in ((first, RETURNS, RETURNS_FEN), (second, POOL, POOL_FEN)):
        told.legs(LIUZHOU, case_no, "in", "done", "credited")
        told.legs(NANJING, case_no, "out", "done", "paid")
        told.holds(person, LIUZHOU, fen)
        told.holds(person, NANJING, 0)
        told.papers(LIUZHOU, case_no, "in", "acceptance", "completion")
        told.papers(NANJING, case_no, "out", "information_form", "remittance")
    told.holds(RUNNING, NANJING, 99000)
    told.holds(RETIRED, NANJING, 441075)


def _the_way_back(told: Telling) -> str:
    """In September a job in 南京 again: the relation of before is resumed, then all comes home."""
    stage = told.stage
    stage.later(days=119)  # Tuesday 2026-05-12 to Tuesday 2026-09-08
    paid = {"证件号码": RETURNS.certno, "险种": "310", "类型": "actual"}
    summer = {"起始年月": "2026-06", "终止年月": "2026-08", "缴费地": LIUZHOU}
    stage.at(LIUZHOU).import_rows("contributions", LIUZHOU, [paid | summer])
    asked = {
        "certno": RETURNS.certno,
        "insutype": "310",
        "on": "2026-09-01",
        "evidence": "劳动合同，2026-09-01",
        "emp_name": "南京紫金电子有限公司",
    }
    node = stage.at(NANJING)
    if node is stage.at(LIUZHOU):  # what another node has on file, this one cannot see
        told.answered(
            node.resume(NANJING, "nj_jingban", asked),
            "INSURED_ELSEWHERE",
            "此人在柳州市正常参保，不能重复参保（医保发〔2020〕33号）。",
            "请先在柳州市停保，再恢复本地参保；停保后两地的年限可以转移接续。",
        )
    line = {"certno": RETURNS.certno, "psn_name": RETURNS.name, "day": "2026-09-01"}
    (stopped,) = told.sends(AGENT, LIUZHOU, USCC, "stop", line)
    found = (stopped["state"], stopped["text"])
    told.expect("stopped by the employer", found, ("done", "已停保，从 2026-09-01 起生效。"))
    resumed = node.resume(NANJING, "nj_jingban", asked)
    told.expect("resumed", resumed["ok"], True, resumed)
    autumn = {"起始年月": "2026-09", "终止年月": "2026-09", "缴费地": NANJING}
    node.import_rows("contributions", NANJING, [paid | autumn])

    back = told.apply(RETURNS, LIUZHOU, NANJING)
    told.settle()
    # Tuesday 2026-09-08: 9-11, 14-18 September are eight, Sunday the 20th is worked, the tenth is
    # the 21st. Five more: 22, 23, 24, (25-27 中秋) 28, 29 September.
    told.promised(NANJING, back, "in", "2026-09-29", provisional=False)
    told.legs(NANJING, back, "in", "done", "fixed")
    told.timeline_says(
        NANJING,
        back,
        "in",
        "年限已转入",
        "5 个月已写入南京市医疗保险管理中心的参保记录；"
        "另有 85 个月是以前在本地缴的，记录里已有，只算一次。"
        "参保没有中断，没有待遇等待期，2026年9月1日 起享受待遇。",
    )
    told.money_follows(LIUZHOU)
    told.legs(NANJING, back, "in", "done", "credited")
    told.holds(RETURNS, NANJING, RETURNS_FEN)
    told.holds(RETURNS, LIUZHOU, 0)
    # 85 of the first time, 5 of 柳州 and 1 since the return: no month stands there twice.
    runs = [tuple(run) for run in node.months(NANJING, RETURNS.certno)]
    told.expect(
        "each month once",
        runs,
        [
            ("201903", "202603", NANJING),
            ("202604", "202605", LIUZHOU),
            ("202606", "202608", LIUZHOU),
            ("202609", "202609", NANJING),
        ],
    )
    covers = node.cover(RETURNS.username)
    cover = next(one for one in covers if one["area"] == NANJING)
    told.expect("one relation, 91 months", (cover["status"], cover["months_total"]), ("normal", 91))
    return back


STORY = Story(
    id="003",
    title="单位为一批职工申请：逐行答复，“统筹账户余额”的说明，一人后来回到南京恢复关系",
    areas=(NANJING, LIUZHOU),
    start="2026-05-11T10:00:00",
    play=play,
)
