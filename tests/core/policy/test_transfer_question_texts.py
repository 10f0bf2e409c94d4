"""Every refusal, word for word: what is wrong, who must act, how, and from when it passes."""

from __future__ import annotations

from typing import Any

import pytest

from jiexu import assess
from jiexu.core.base.decision import Badge, Reason

BASE: dict[str, Any] = {
    "on": "2026-03-02",
    "person": {"retired": False},
    "from": {"area": "420100", "insutype": "310", "status": "paused"},
    "to": {"area": "510100", "insutype": "310", "status": "normal"},
}


def reasons(**changed: Any) -> dict[str, Reason]:
    facts = {
        name: {**BASE[name], **changed.get(name, {})}
        if isinstance(BASE.get(name), dict)
        else changed.get(name, BASE.get(name))
        for name in {**BASE, **changed}
    }
    return {one.code: one for one in assess("transfer", facts).reasons}


CASES: list[tuple[dict[str, Any], str, str, str | None, str | None, str | None]] = [
    (
        {"from": {"status": "normal"}},
        "SOURCE_NOT_PAUSED",
        "转出地武汉市还是正常参保，没有中止参保。",
        "原用人单位（灵活就业人员由本人）",
        "在转出地武汉市办理停保（中止参保）登记；原单位不办、失联或已注销的，"
        "持离职证明等材料向当地经办机构申请处理",
        None,
    ),
    (
        {"from": {"status": "normal", "insutype": "390"}},
        "SOURCE_NOT_PAUSED",
        "转出地武汉市还是正常参保，没有中止参保。",
        "本人",
        "在转出地武汉市办理停保（中止参保）登记；已在转入地参加职工医保的，"
        "凭新的参保记录申请暂停居民医保",
        None,
    ),
    (
        {"from": {"paused_on": "2026-04-01"}},
        "SOURCE_NOT_PAUSED",
        "转出地武汉市的参保要到 2026-04-01 才中止，在此之前仍是正常参保。",
        "原用人单位（灵活就业人员由本人）",
        "停保生效（2026-04-01）后再申请",
        "2026-04-01",
    ),
    (
        {"to": {"status": "none"}},
        "DESTINATION_NOT_ENROLLED",
        "在转入地成都市还没有参保，不符合已按规定参加职工医保的条件。",
        "新用人单位（灵活就业人员由本人）",
        "先在转入地成都市办理职工医保参保登记并正常缴费",
        None,
    ),
    (
        {"to": {"status": "paused", "insutype": "390"}},
        "DESTINATION_NOT_ENROLLED",
        "在转入地成都市处于暂停参保，不符合已按规定参加居民医保的条件。",
        "本人",
        "先在转入地成都市办理居民医保参保登记并正常缴费",
        None,
    ),
    (
        {"to": {"enrolled_on": "2026-05-01"}},
        "DESTINATION_NOT_ENROLLED",
        "转入地成都市的职工医保要到 2026-05-01 才生效。",
        "新用人单位（灵活就业人员由本人）",
        "参保生效（2026-05-01）后再申请",
        "2026-05-01",
    ),
    (
        {"to": {"area": "320100", "paid_this_month": False}},
        "DESTINATION_NOT_PAID",
        "转入地南京市要求当月已足额缴费，当月还没有到账。",
        "新用人单位（灵活就业人员由本人）",
        "当月医保费足额到账后再申请",
        None,
    ),
    (
        {"from": {"area": "632800", "bank_info_complete": False}},
        "BANK_INFO_INCOMPLETE",
        "海西蒙古族藏族自治州经办机构的银行信息不完整，无法办理。",
        "海西蒙古族藏族自治州经办机构",
        "由经办机构在系统中补全开户银行、户名和账号后再申请",
        None,
    ),
    (
        {"person": {"retired": True}},
        "RETIREE",
        "退休人员的职工医保关系不办理转移接续。",
        "本人",
        "医保关系留在退休地；在外地长期居住的，办理异地安置（异地就医）备案，即可在居住地直接结算",
        None,
    ),
    (
        {"person": {"retired": True}, "from": {"area": "440100"}},
        "RETIREE",
        "退休人员的职工医保关系不办理转移接续。",
        "本人",
        "医保关系留在退休地；在外地长期居住的，办理异地安置（异地就医）备案，即可在居住地直接结算；"
        "按广州市的规定，备案后可申请将个人账户资金划入本人银行账户",
        None,
    ),
    (
        {
            "from": {"insutype": "390", "status": "normal"},
            "to": {"insutype": "390", "cover_year": 2026},
        },
        "RESIDENT_SAME_YEAR",
        "居民医保当年度原则上不办理转移，须先在转入地参加下一年度居民医保。",
        "本人",
        "在转入地成都市的集中参保期参加下一年度（2027 年）居民医保，参保后即可申请；"
        "当年度继续在转出地享受待遇",
        None,
    ),
    (
        {
            "from": {"insutype": "390", "status": "normal"},
            "to": {"insutype": "390", "cover_year": 2027, "area": "410700"},
        },
        "RESIDENT_SAME_YEAR",
        "新乡市新的待遇享受期开始的日期是 2027-01-01，在此之前不办理转移。",
        "本人",
        "2027-01-01 起再申请",
        "2027-01-01",
    ),
    (
        {
            "from": {"insutype": "390", "status": "normal"},
            "to": {"insutype": "390", "cover_year": 2027, "enrolled_on": "2026-11-01"},
        },
        "RESIDENT_SAME_YEAR",
        "参加下一年度居民医保的登记生效的日期是 2026-11-01，在此之前不办理转移。",
        "本人",
        "2026-11-01 起再申请",
        "2026-11-01",
    ),
    (
        {
            "from": {"insutype": "390", "status": "normal"},
            "to": {"insutype": "390", "status": "none"},
        },
        "DESTINATION_NOT_ENROLLED",
        "在转入地成都市还没有参保。",
        "本人",
        "在转入地成都市的集中参保期参加下一年度（2027 年）居民医保，参保后即可申请；"
        "当年度继续在转出地享受待遇",
        None,
    ),
    (
        {"to": {"insutype": "390"}, "applicant": "employer"},
        "APPLICANT_NOT_ENTITLED",
        "转入的是居民医保，用人单位不能代为申请。",
        "本人",
        "由参保人本人（或其委托的代办人）申请",
        None,
    ),
    (
        {"person": {"event": "death"}},
        "PERSON_DIED",
        "参保人已经死亡，参保关系终止，不再办理转移接续。",
        "继承人",
        "职工医保个人账户余额可以依法继承，由继承人向武汉市经办机构申请一次性支取；"
        "可拨打医保服务热线 12393 或向当地经办机构核实",
        None,
    ),
    (
        {"person": {"event": "army"}},
        "JOINED_ARMY",
        "参保人入伍，按军人保险办理，不办理统筹区之间的转移接续。",
        "本人或所在部队",
        "凭入伍证明到武汉市经办机构办理：义务兵封存个人账户，退役后恢复；"
        "军官和军士由部队财务部门接收；可拨打医保服务热线 12393 或向当地经办机构核实",
        None,
    ),
    (
        {"person": {"event": "emigration"}},
        "EMIGRATED",
        "参保人出境定居，没有转入的统筹区，不办理转移接续。",
        "本人",
        "向武汉市经办机构申请终止参保，当地允许时一次性支取个人账户余额；"
        "可拨打医保服务热线 12393 或向当地经办机构核实",
        None,
    ),
    (
        {"to": {"area": "420100"}},
        "SAME_POOLING_AREA",
        "转出地和转入地同属一个统筹区（武汉市），不需要办理转移接续。",
        None,
        None,
        None,
    ),
    (
        {"requests": ["pooled_balance"]},
        "POOLED_BALANCE_DOES_NOT_EXIST",
        "统筹基金由全体参保人共用，没有属于个人的“统筹账户余额”，不能转移、保留或提取。",
        None,
        None,
        None,
    ),
    (
        {"to": {"insutype": "390"}},
        "NO_ACCOUNT_AT_DESTINATION",
        "居民医保没有个人账户，余额不能转入；余额怎样处理国家没有统一规定，当地的规定也没有查到。",
        "本人",
        "申请前向武汉市经办机构确认余额的去向，可拨打 12393",
        None,
    ),
    (
        {"from": {"area": "440100", "balance": "8650.40"}, "to": {"area": "441200"}},
        "ACCOUNT_STAYS",
        "省内不划转、不提现，个人账户在全省可用：余额留在转出地广州市的个人账户里，"
        "不冻结，照常可以使用。",
        None,
        None,
        None,
    ),
    (
        {"from": {"area": "350500"}, "to": {"plan": "pool_only"}},
        "NO_ACCOUNT_AT_DESTINATION",
        "转入地是单建统筹，没有个人账户，余额不能转入；余额可以申请支取到本人银行账户。",
        "本人",
        "申请前向泉州市经办机构确认余额的去向，可拨打 12393",
        None,
    ),
]


@pytest.mark.parametrize(
    ("changed", "code", "text", "way_on"),
    [(*one[:3], one[3:]) for one in CASES],
    ids=[f"{number}-{one[1]}" for number, one in enumerate(CASES)],
)
def test_reason_and_way_on(
    changed: dict[str, Any],
    code: str,
    text: str,
    way_on: tuple[str | None, str | None, str | None],
) -> None:
    found = reasons(**changed)[code]
    assert found.text == text
    assert found.rule
    assert found.sources
    assert all(one.badge is not Badge.HEARSAY for one in found.sources)
    if way_on[0] is None:
        assert found.repair is None
    else:
        assert found.repair is not None
        assert (found.repair.who, found.repair.how, found.repair.from_) == way_on


@pytest.mark.parametrize(
    ("person", "code"),
    [
        ({"retired": True}, "RETIREE"),
        ({"event": "death"}, "PERSON_DIED"),
        ({"event": "army"}, "JOINED_ARMY"),
    ],
)
def test_whoever_is_outside_is_not_told_to_end_the_cover(person: dict[str, Any], code: str) -> None:
    """Preconditions are for those whom the measure covers: a retiree must not stop anything."""
    found = reasons(person=person, **{"from": {"status": "normal"}, "to": {"status": "none"}})
    assert list(found) == [code]


def test_nothing_stays_where_nothing_is() -> None:
    for balance in ("0.00", None):
        facts = {"from": {"area": "440100", "balance": balance}, "to": {"area": "441200"}}
        assert "ACCOUNT_STAYS" not in reasons(**facts)
