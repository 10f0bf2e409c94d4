"""Chinese words for the outcomes and values of `employee-wait`."""

from __future__ import annotations

LABELS = {
    "covered": "可以享受待遇，没有等待期",
    "wait": "有待遇等待期",
    "local_rule_unknown": "暂不能确定：没有查到当地规定，或者缺少事实",
    "engine": "适用的规定",
    "transfer": "转移接续（或换险种）的待遇衔接",
    "arrears": "当地职工医保首次参保、欠费的规定",
    "none": "没有",
    "break_months": "中断月数",
    "wait_months": "待遇等待期（月）",
    "wait_days": "待遇等待期（天）",
    "wait_list": "等待的月份",
    "wait_start": "等待期的起算",
    "payment_day": "缴费当日",
    "payment_month": "缴费当月",
    "month_after_payment": "缴费次月",
    "benefit_from": "享受待遇起始日",
    "retroactive": "中断期间费用可追溯",
    "account_backfilled": "补划中断期间的个人账户",
    "benefit_ratio_during_wait": "等待期内待遇比例",
    "wait_cap_months": "等待期上限（月）",
    "no_wait_guarantee": "国家保证没有等待期",
    "account_credit_during_break": "中断期间划入个人账户",
    "balance_usable_during_break": "中断期间个人账户余额可用",
    "account_credit_resumes": "个人账户恢复划入",
}
