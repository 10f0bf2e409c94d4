"""Chinese words for the outcomes and values of `credit`."""

from __future__ import annotations

LABELS = {
    "credited": "按月（或按年）划入个人账户",
    "outcome.none": "没有个人账户划入",
    "none": "没有",
    "local_rule_unknown": "暂不能确定：没有查到当地规定，或者缺少事实",
    "method": "计算方法",
    "rate_of_base": "缴费基数乘比例",
    "fixed": "定额",
    "rate_of_average_pension": "改革当年当地平均养老金乘比例",
    "rate_of_average_wage": "当地平均工资乘比例",
    "rate_of_first_pension": "退休当月本人养老金乘比例",
    "rate_of_own_pension": "本人养老金乘比例",
    "same_as_2022_12": "与2022年12月相同",
    "period": "划入周期",
    "month": "按月",
    "year": "按年",
    "rate": "比例",
    "monthly_gross": "每月划入（扣款前，元）",
    "deductions": "每月代扣（元）",
    "deduction_names": "代扣项目",
    "monthly": "每月净划入（元）",
    "yearly": "每年净划入（元）",
    "base_used": "采用的缴费基数（元）",
    "account_year_start": "医保年度起始日",
    "national_guide_monthly": "按国家办法推算（仅供参考，元）",
}
