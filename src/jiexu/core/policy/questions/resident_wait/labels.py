"""Chinese words for the outcomes and values of `resident-wait`."""

from __future__ import annotations

LABELS = {
    "covered": "没有待遇等待期",
    "wait": "有待遇等待期",
    "local_rule_unknown": "没有查到当地规定",
    "fixed_months": "固定待遇等待期（月）",
    "variable_months": "变动待遇等待期（月）",
    "variable_months_before_repair": "修复前的变动待遇等待期（月）",
    "wait_months": "待遇等待期（月）",
    "wait_months_at_least": "待遇等待期至少（月）",
    "wait_from": "等待期起算日",
    "wait_until": "等待期最后一日",
    "wait_list": "等待的月份",
    "benefit_from": "享受待遇起始日",
    "benefit_ratio_during_wait": "等待期内待遇比例",
    "benefit_for_gap_and_wait": "断保和等待期间的费用能否报销",
    "amount_due": "应缴金额（元）",
    "rate_year_used": "缴费标准的年度",
    "reading": "“每多断保1年”的算法",
    "n-1": "第一个断保年度由固定等待期涵盖（n−1）",
    "n": "每个断保年度都计算（n）",
    "years_not_entered": "没有进入待遇享受期的年度",
    "basis": "依据",
}
