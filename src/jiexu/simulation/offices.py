"""The agencies of the demo country, with keys and bank accounts, and the people who work there."""

from __future__ import annotations

from pathlib import Path

from rich.progress import Progress

from jiexu.core.base.areas import area as area_of
from jiexu.simulation.bank_files import Account, write_accounts
from jiexu.simulation.country import Country, StaffedAgency, unknown_password

OPENING_FEN = 500_000_000_00
"""What the pretend bank opens each account with."""

_SHOWN = frozenset({"nj", "lz", "nn", "hh"})
"""Whose staff stand on the demo page: the agencies that a visitor needs to play the stories."""

_STAFF_STORIES = {
    "clerk": "处理有疑点的案件，查看每一笔转移的进度。",
    "finance_preparer": "把待付的转移资金制成批次，匹配到账流水。",
    "finance_approver": "复核并批准付款；自己制单的批次不能自己批准。",
}


def open_offices(country: Country, progress: Progress, folder: Path) -> None:
    """One agency per area; staff where the stories play. `folder` is the bank's."""
    areas = country.areas()
    task = progress.add_task("机构", total=len(areas))
    accounts = []
    for area in areas:
        name = f"{area_of(area).name}医疗保障事务中心"
        account = f"9999{area}000000"
        country.node.open_agency(
            area=area,
            name=name,
            phone="12393",
            receipt_kind="财政专户" if int(area) % 200 else "收入户",
            bank_name="演示银行",
            account_name=f"{name}（演示账户）",
            account=account,
        )
        accounts.append(
            Account(
                area=area,
                number=account,
                name=f"{name}（演示账户）",
                opening_fen=OPENING_FEN,
            )
        )
        progress.advance(task)
    folder.mkdir(parents=True, exist_ok=True)
    write_accounts(folder, accounts)
    for office in country.staffed:
        _staff(country, office)


def _staff(country: Country, office: StaffedAgency) -> None:
    area, place = office.area, area_of(office.area).name
    for role, suffix, title, page in (
        ("clerk", "jingban", "经办", "queue"),
        ("finance_preparer", "zhidan", "财务制单", "payments"),
        ("finance_approver", "fuhe", "财务复核", "payments"),
    ):
        username = f"{office.short}_{suffix}"
        country.node.add_staff(username, f"{place}{title}", unknown_password(), role, area)
        if office.short in _SHOWN:
            country.demo_people.append(
                {
                    "username": username,
                    "name": f"{place}{title}",
                    "group": f"{place}医保经办机构",
                    "story": _STAFF_STORIES[role],
                    "go_to": f"/work/{area}/{page}",
                }
            )
