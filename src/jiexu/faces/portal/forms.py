"""What citizens fill in, with the words for what is missing."""

from __future__ import annotations

from typing import Any

from django import forms

from jiexu.core.base.areas import is_pool
from jiexu.core.base.codes.insutype import EMPLOYEE, RESIDENT


class SignInForm(forms.Form):
    username = forms.CharField(
        max_length=60, error_messages={"required": "请填写用户名", "max_length": "用户名太长"}
    )
    password = forms.CharField(
        max_length=200,
        strip=False,
        error_messages={"required": "请填写密码", "max_length": "密码太长"},
    )


INSUTYPES = ((EMPLOYEE, "职工基本医疗保险"), (RESIDENT, "城乡居民基本医疗保险"))


class PlaceForm(forms.Form):
    """One pooling area, and the scheme there where our own records do not know it."""

    area = forms.CharField(error_messages={"required": "请选择一个地方"})
    insutype = forms.ChoiceField(
        choices=INSUTYPES, required=False, error_messages={"invalid_choice": "请选择险种"}
    )

    def clean_area(self) -> str:
        """The area; one of the person's own covers is sent as `area/scheme`."""
        code, _, self.cleaned_data["known_insutype"] = self.cleaned_data["area"].partition("/")
        if not is_pool(code) or self.cleaned_data["known_insutype"] not in {"", *dict(INSUTYPES)}:
            raise forms.ValidationError("请从列表中选择一个统筹区")
        return code


RELATIONS = ("监护人", "配偶", "父母", "子女", "其他受托人")


class AgentForm(forms.Form):
    """Who applies for somebody else: name, relation, on what they act, and their statement."""

    name = forms.CharField(
        max_length=60, error_messages={"required": "请填写您的姓名", "max_length": "姓名太长"}
    )
    relation = forms.ChoiceField(
        choices=[(one, one) for one in RELATIONS],
        error_messages={
            "required": "请选择您与参保人的关系",
            "invalid_choice": "请选择您与参保人的关系",
        },
    )
    authority = forms.CharField(
        max_length=200,
        error_messages={"required": "请写明凭什么代办", "max_length": "请不要超过 200 个字"},
    )
    declared = forms.BooleanField(error_messages={"required": "请确认声明，否则不能代办"})


class ConsentForm(forms.Form):
    confirm = forms.BooleanField(error_messages={"required": "请确认您已看清并同意，否则不能提交"})
    key = forms.UUIDField(error_messages={"required": "页面已经失效，请刷新后再提交"})
    pooled_balance = forms.BooleanField(required=False)
    balance = forms.BooleanField(
        required=False, error_messages={"required": "请确认您知道余额不会转入"}
    )

    def __init__(self, *args: Any, no_account: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Without an account at the new place the person agrees to that before applying.
        self.fields["balance"].required = no_account
