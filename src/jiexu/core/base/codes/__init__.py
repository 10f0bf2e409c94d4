"""Numbers and codes that carry their own check: one module each, all of them pure.

`certno` identity numbers · `uscc` organisations · `bank_account` accounts at banks · `cnaps`
bank branches · `person_name` names of people · `codesets` code tables of the field standard ·
`gend`, `insutype` · `area_table`, `area_search` what `jiexu.core.base.areas` answers from.

What cannot be the number it claims to be raises `BadInput`; what is only doubtful (a card that
fails Luhn) comes back with a `CodeWarning`, because the check rule is not binding there.
Messages, details and `repr` never hold an identity or bank number: they end up in logs.
"""
