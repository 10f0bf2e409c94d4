"""Chinese words for the outcomes and values of `make-up`."""

from __future__ import annotations

LABELS = {
    "allowed": "可以补缴",
    "refuse": "不能补缴",
    "local_rule_unknown": "暂不能确定：没有查到当地规定，或者缺少事实",
    "months": "补缴的月份",
    "years": "可以修复的年度",
    "amount": "补缴金额（元，不含滞纳金）",
    "late_fee": "滞纳金（元）",
    "late_fee_days": "滞纳天数",
    "late_fee_daily_rate": "滞纳金每日比例",
    "total": "合计（元）",
    "deadline": "最迟补缴",
    "channels": "渠道",
    "agency": "医保经办机构核定",
    "tax": "税务部门缴费",
    "online": "当地医保、税务网上渠道",
    "materials": "材料",
    "identity_document": "身份证件或医保电子凭证",
    "labour_relation": "中断期间的劳动关系证明",
    "payment_notice": "税务的缴费通知",
}
