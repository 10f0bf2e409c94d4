"""Chinese words for the outcomes and values of `years`."""

from __future__ import annotations

LABELS = {
    "meets": "年限已满足",
    "short": "年限还不够",
    "local_rule_unknown": "暂不能确定：没有查到当地规定，或者缺少事实",
    "total_months": "累计缴费（月）",
    "actual_months": "其中实际缴费（月）",
    "local_actual_months": "其中本地实际缴费（含互认，月）",
    "deemed_months": "其中视同缴费（月）",
    "overlap_months": "重叠只计一次的月数",
    "converted_months": "居民年限折算（月）",
    "required_total_months": "须累计（月）",
    "required_actual_months": "须实际缴费（月）",
    "required_local_actual_months": "须本地实际缴费（月）",
    "required_continuous_months": "或者本地连续缴费（月）",
    "shortfall_months": "还差（月）",
    "retire_at": "退休待遇地",
    "retire_on": "达到法定退休年龄之日",
    "mutual_with": "互认的地方",
    "top_up_amount": "一次性补足（元）",
}
