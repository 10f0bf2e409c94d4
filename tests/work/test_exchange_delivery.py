"""Messages that come twice, late, in another order, broken or forged: the end is the same."""

from __future__ import annotations

import contextvars
import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from tests.support.carriers import Carrier, Down, Keeping, Letter, Twice
from tests.support.country import SOURCE, TARGET, THIRD, Country, account_of, rows

from jiexu.adapters.channels.files import FilesChannel
from jiexu.core.base.errors import JiexuError
from jiexu.core.exchange.canonical import canonical
from jiexu.core.exchange.envelope import BadEnvelope, WireMessage, seal
from jiexu.core.exchange.kinds.precheck_answer.schema import Body as Answer
from jiexu.core.exchange.kinds.receipt.schema import Body as Receipt
from jiexu.core.exchange.kinds.transfer_request.schema import Body as Request
from jiexu.core.exchange.kinds.transfer_request.schema import ReceiptAccount
from jiexu.records.exchange.models import Envelope, Incoming, Outgoing
from jiexu.work import dispatch, receive
from jiexu.work import ports as wiring
from jiexu.work.keys import signing_key
from jiexu.work.ports import EnvelopeRefused, Signer

Calm = Callable[[int], dict[str, Any]]


def to_the_end(country: Country, movers: int = 3) -> list[str]:
    country.add_movers(movers)
    return country.to_the_end()


def until_quiet(country: Country, turns: int = 12) -> None:
    """Time passes until nothing waits for its next try any more."""
    for _ in range(turns):
        country.clock.forward(minutes=11)
        country.node.sweep()


def forged(
    sender: str,
    receiver: str,
    seq: int,
    *messages: WireMessage,
    country: Country,
    signer: str = "",
) -> bytes:
    """An envelope that says it comes from `sender`, signed with the key of `signer`."""
    key_id, private = signing_key(signer or sender, country.now)
    return seal(
        messages,
        sender=sender,
        receiver=receiver,
        seq=seq,
        sent_at=country.now,
        key_id=key_id,
        sign=lambda text: wiring.ports().signer.sign(private, text),
    )


def message(case_no: str, kind: str, body: Any, message_id: str = "") -> WireMessage:
    return WireMessage(
        message_id=message_id or f"{case_no}-x-1-0",
        kind=kind,
        version="1",
        case_no=case_no,
        body=canonical(body).decode(),
    )


def inbox(area: str) -> list[tuple[str, str, str]]:
    return [
        (row.kind, row.state, row.last_error) for row in Incoming.objects.of(area).order_by("pk")
    ]


def test_every_envelope_three_times(country: Country, calm: Calm) -> None:
    undisturbed = calm(3)
    carrier = Twice()
    numbers = to_the_end(country)
    assert carrier.all_again() == 0
    country.settle()
    assert country.outcome(numbers) == undisturbed
    assert country.breaks() == []


@pytest.mark.parametrize("times", [1, 2, 5, 8])
def test_a_channel_that_is_down(country: Country, calm: Calm, times: int) -> None:
    """And what was delivered although nobody could say so is not applied twice."""
    undisturbed = calm(3)
    Down(times)
    country.add_movers(3)
    numbers = country.apply_all()
    until_quiet(country, 3 * times)
    country.pay()
    country.settle()
    country.bank_round()
    until_quiet(country)
    assert country.outcome(numbers) == undisturbed
    assert {row.state for row in rows("exchange.Outgoing")} == {"delivered"}
    assert country.breaks() == []


def test_a_channel_that_is_down_is_asked_less_and_less_often(country: Country) -> None:
    carrier = Down(10**6, dead=True)
    country.add_movers(1)
    country.apply_all()
    tries = []
    for _ in range(4 * 60):
        country.clock.forward(minutes=1)
        before = len(carrier.letters)
        country.node.sweep()
        tries.append(len(carrier.letters) - before)
    assert sum(tries) < 15
    (row,) = rows("exchange.Outgoing")
    assert (row.state, row.last_error) == ("enveloped", "对方暂时不能接收。")
    assert row.due_at <= country.now + timedelta(hours=1)
    # It is one envelope all the time, with one number.
    assert {letter.seq for letter in carrier.letters} == {1}
    assert len({letter.data for letter in carrier.letters}) == 1


def test_the_form_before_the_answer(country: Country, calm: Calm) -> None:
    undisturbed = calm(3)
    country.add_movers(3)
    carrier = Keeping(lambda letter: letter.receiver == TARGET)
    numbers = country.in_two_letters()
    assert [letter.kinds for letter in carrier.kept] == [{"precheck_answer"}, {"information_form"}]
    carrier.let_go("information_form")
    country.settle()
    # Each waits, said in words, and is not lost.
    assert (
        inbox(TARGET) == [("information_form", "waiting", "案件现在的状态不能再“收到信息表”。")] * 3
    )
    carrier.let_go("precheck_answer")
    carrier.hold = lambda letter: False
    until_quiet(country)
    assert {leg for number in numbers for leg in [country.states(number)["in"][1]]} == {"done"}
    country.pay()
    country.settle()
    country.bank_round()
    until_quiet(country)
    assert country.outcome(numbers) == undisturbed
    assert country.breaks() == []


@pytest.mark.parametrize(
    "order",
    [
        ("remittance_notice", "precheck_answer", "information_form"),
        ("information_form", "remittance_notice", "precheck_answer"),
        ("remittance_notice", "information_form", "precheck_answer"),
        ("precheck_answer", "remittance_notice", "information_form"),
    ],
)
def test_money_and_its_notice_before_anything_else(
    country: Country, calm: Calm, order: tuple[str, ...]
) -> None:
    """The line of the old place is down for so long that the money is there first."""
    undisturbed = calm(3)
    country.add_movers(3)
    carrier = Keeping(lambda letter: letter.receiver == TARGET)
    numbers = country.in_two_letters()
    country.pay()
    country.settle()
    country.bank_round()
    country.settle()
    # All have come from the bank; the cases that the money belongs to know nothing yet.
    assert {country.states(number)["in"] for number in numbers} == {("open", "checking", "waiting")}
    lines = [row for row in rows("settlement.StatementLine") if row.agency_id == TARGET]
    assert [(row.state, row.doubt) for row in lines] == [("waiting", "")] * 3
    for kind in order:
        carrier.let_go(kind)
        country.settle()
    carrier.hold = lambda letter: False
    until_quiet(country)
    assert country.outcome(numbers) == undisturbed
    assert country.breaks() == []


def test_money_before_the_form(country: Country, calm: Calm) -> None:
    undisturbed = calm(3)
    country.add_movers(3)
    carrier = Keeping(
        lambda letter: letter.receiver == TARGET and "information_form" in letter.kinds
    )
    numbers = country.in_two_letters()
    country.pay()
    country.settle()
    country.bank_round()
    country.settle()
    assert {country.states(number)["in"] for number in numbers} == {("open", "accepted", "arrived")}
    carrier.let_go()
    until_quiet(country)
    assert country.outcome(numbers) == undisturbed
    assert country.breaks() == []


def test_all_envelopes_backwards(country: Country, calm: Calm) -> None:
    """Numbers with gaps: the receiver takes what comes, and the last fills the gap."""
    undisturbed = calm(3)
    carrier = Keeping(lambda letter: True)
    country.add_movers(3)
    numbers = country.apply_all()
    for _ in range(40):
        country.clock.forward(minutes=7)
        country.node.sweep()
        if carrier.kept:
            carrier.kept.reverse()
            carrier.let_go()
        for row in rows("settlement.Order"):
            if row.state == "waiting":
                country.pay()
                country.settle()
                country.bank_round()
                break
    assert country.outcome(numbers) == undisturbed
    assert country.breaks() == []


def test_a_later_number_is_taken_before_an_earlier_one(country: Country) -> None:
    country.add_movers(2)
    first, second = country.movers
    carrier = Keeping(lambda letter: letter.seq == 1)
    one = country.apply(first)["case_no"]
    country.settle()
    two = country.apply(second)["case_no"]
    country.settle()
    # The first of the new place, and the old place's first: the answer to the second.
    assert [(letter.sender, letter.seq) for letter in carrier.kept] == [(TARGET, 1), (SOURCE, 1)]
    assert "out" not in country.states(one)
    assert country.states(two)["out"][1] == "form_sent"
    assert list(
        Envelope.objects.of(SOURCE).filter(direction="in").values_list("seq", flat=True)
    ) == [2]
    carrier.hold = lambda letter: False
    carrier.let_go()
    until_quiet(country)
    assert country.states(one)["out"][1] == country.states(two)["out"][1] == "done"
    assert country.breaks() == []


def test_one_changed_byte_and_nothing_is_kept(country: Country) -> None:
    country.add_movers(1)
    carrier = Keeping(lambda letter: True)
    country.apply_all()
    country.settle()
    (letter,) = carrier.kept
    before = country.counts()
    texts = set()
    for place in range(0, len(letter.data), 29):
        other = bytes([letter.data[place] ^ 1])
        changed = letter.data[:place] + other + letter.data[place + 1 :]
        with pytest.raises(BadEnvelope) as refused:
            receive.accept(SOURCE, changed, country.now)
        texts.add(refused.value.message.split("：")[0])
        assert refused.value.remedy
    assert texts >= {"信封内容与其摘要不符，可能被改动。", "信封签名无效。", "信封无法读取"}
    assert country.counts() == before
    assert Envelope.objects.of(SOURCE).filter(direction="in").count() == 0
    assert letter.arrive()


def test_the_loopback_says_for_good_that_an_envelope_is_not_genuine(country: Country) -> None:
    """The sender's messages are dead and say why; the others of its outbox go on."""
    country.faults_expected = True
    country.add_movers(2)

    class Breaking(Carrier):
        def carry(self, letter: Letter) -> None:
            if letter.seq == 1 and letter.sender == TARGET:
                letter = letter._replace(data=letter.data.replace(b"online", b"offlne"))
            super().carry(letter)

    Breaking()
    first, second = country.movers
    one = country.apply(first)["case_no"]
    country.settle()
    two = country.apply(second)["case_no"]
    country.settle()
    states = {row.case_no: (row.state, row.last_error) for row in Outgoing.objects.of(TARGET)}
    assert states[one] == (
        "dead",
        "信封内容与其摘要不符，可能被改动。请发送方重新发送；本次内容未被采用。",
    )
    assert states[two] == ("delivered", "")
    assert country.states(two)["in"][1] == "done"
    assert "out" not in country.states(one)


def test_strangers_and_wrong_addresses(country: Country) -> None:
    country.add_movers(1)
    (number,) = country.to_the_form()
    other = Country(country.bank_folder.parent / "other", areas=(THIRD,))
    other.bank.books.close()
    told = message(number, "receipt", Receipt(case_no=number, leg="record", done_on=day(country)))
    before = country.counts()
    cases = [
        # An agency that nobody here knows, with a key of its own.
        (
            SOURCE,
            forged("110100", SOURCE, 1, told, country=country, signer=THIRD),
            "信封签名无效。",
        ),
        # A known agency, but another one's key.
        (SOURCE, forged(TARGET, SOURCE, 9, told, country=country, signer=THIRD), "信封签名无效。"),
        (TARGET, forged(THIRD, SOURCE, 1, told, country=country), "信封的收件机构不是本机构。"),
        ("999999", forged(THIRD, "999999", 1, told, country=country), "本节点没有机构 999999。"),
        (SOURCE, b"\xff\xfe", "信封无法读取"),
        (SOURCE, b"{}", "信封无法读取"),
    ]
    for receiver, data, words in cases:
        with pytest.raises(BadEnvelope) as refused:
            receive.accept(receiver, data, country.now)
        assert refused.value.message.startswith(words), refused.value.message
    assert country.counts() == before


def day(country: Country) -> Any:
    return country.now.date()


def test_a_third_agency_has_no_say_in_a_case(country: Country) -> None:
    """Its envelope is genuine, but the case is between two others."""
    country.add_movers(1)
    (number,) = country.apply_all()
    third = Country(country.bank_folder.parent / "other", areas=(THIRD,))
    third.bank.books.close()
    answer = Answer(
        case_no=number,
        outcome="accept",
        answered_on=day(country),
        out_due=day(country),
        out_limit_workdays=1,
    )
    refuse = Answer(case_no=number, outcome="refuse", answered_on=day(country))
    data = forged(
        THIRD,
        TARGET,
        1,
        message(number, "precheck_answer", answer, "a"),
        message(number, "precheck_answer", refuse, "b"),
        country=country,
    )
    assert receive.accept(TARGET, data, country.now)
    country.settle()
    assert [row for row in inbox(TARGET) if row[1] == "refused"] == [
        ("precheck_answer", "refused", "发来报文的机构不是本案的对方机构，报文没有采用。")
    ] * 2
    assert country.states(number)["in"][1] == "done"
    told = Receipt(case_no=number, leg="record", done_on=day(country))
    data = forged(THIRD, SOURCE, 1, message(number, "receipt", told, "c"), country=country)
    assert receive.accept(SOURCE, data, country.now)
    before = country.states(number), country.transcript(number)
    country.settle()
    assert (country.states(number), country.transcript(number)) == before


def test_a_request_speaks_only_for_its_sender(country: Country) -> None:
    """A third agency cannot have a person's money sent to an account of its choice."""
    (mover,) = country.add_movers(1)
    third = Country(country.bank_folder.parent / "other", areas=(THIRD,))
    third.bank.books.close()
    number = "ZY450200260311000000017"
    request = Request(
        case_no=number,
        applied_on=day(country),
        channel="online",
        applicant="self",
        psn_cert_type="01",
        certno=mover.certno,
        psn_name=mover.name,
        insutype_out="310",
        insutype_in="310",
        trafout_admdvs=SOURCE,
        trafin_admdvs=TARGET,
        enrolled_on=day(country),
        plan_in="account",
        receipt_account=ReceiptAccount(
            kind="收入户", bank_name="某银行", account_name="某某", account=account_of(THIRD)
        ),
    )
    elsewhere = message(number, "transfer_request", request, "m2")
    elsewhere = replace_body(elsewhere, trafin_admdvs=THIRD, trafout_admdvs=TARGET)
    data = forged(
        THIRD,
        SOURCE,
        1,
        message(number, "transfer_request", request, "m1"),
        elsewhere,
        country=country,
    )
    assert receive.accept(SOURCE, data, country.now)
    country.settle()
    assert (
        inbox(SOURCE)
        == [("transfer_request", "refused", "申请通知里的转入地或转出地不是收发双方。")] * 2
    )
    assert rows("procedures.Case") == []


def replace_body(told: WireMessage, **changes: Any) -> WireMessage:
    import msgspec

    body = {**msgspec.json.decode(told.body), **changes}
    return msgspec.structs.replace(told, body=canonical(body).decode())


def test_the_same_message_with_another_body(country: Country) -> None:
    """A message number has one meaning for ever; the envelope that gives it another is refused."""
    country.add_movers(1)
    (number,) = country.to_the_form()
    first = Incoming.objects.of(SOURCE).filter(kind="receipt").get()
    seq = Envelope.objects.of(SOURCE).filter(direction="in").count() + 1
    told = Receipt(case_no=number, leg="fund", done_on=day(country), amount="1.00")
    again = message(number, "receipt", told, first.message_id)
    before = country.counts(), country.transcript(number)
    with pytest.raises(BadEnvelope) as refused:
        receive.accept(SOURCE, forged(TARGET, SOURCE, seq, again, country=country), country.now)
    assert refused.value.message == (
        f"报文编号 {first.message_id} 已经用过，内容或发送机构与上次不同。"
    )
    assert refused.value.remedy == "请发送方核对报文编号后重新发送。"
    # With the same content it may come in another envelope, and changes nothing.
    same = WireMessage(
        message_id=first.message_id,
        kind="receipt",
        version="1",
        case_no=number,
        body=canonical(Receipt(case_no=number, leg="record", done_on=day(country))).decode(),
    )
    assert receive.accept(SOURCE, forged(TARGET, SOURCE, seq, same, country=country), country.now)
    country.settle()
    assert (country.counts(), country.transcript(number)) == before


def test_a_number_of_another_agency_is_not_taken_away(country: Country) -> None:
    """Who guesses the number of a message to come must not have it dropped without a word."""
    country.add_movers(1)
    third = Country(country.bank_folder.parent / "other", areas=(THIRD,))
    third.bank.books.close()
    carrier = Keeping(lambda letter: True)
    country.apply_all()
    country.settle()
    (letter,) = carrier.kept
    wanted = letter.opened.messages[0]
    data = forged(THIRD, SOURCE, 1, wanted, country=country)
    assert receive.accept(SOURCE, data, country.now)
    with pytest.raises(BadEnvelope, match="内容或发送机构与上次不同"):
        letter.arrive()
    assert Envelope.objects.of(SOURCE).filter(counterpart=TARGET, direction="in").count() == 0


def test_one_number_of_an_envelope_for_two_contents(country: Country) -> None:
    country.add_movers(1)
    country.to_the_form()
    told = message("ZY1", "receipt", Receipt(case_no="ZY1", leg="record", done_on=day(country)))
    data = forged(TARGET, SOURCE, 1, told, country=country)
    with pytest.raises(BadEnvelope) as refused:
        receive.accept(SOURCE, data, country.now)
    assert refused.value.message == "同一序号的信封内容不同。"
    assert refused.value.remedy == "请发送方核对序号后重新发送。"


@pytest.mark.parametrize(
    ("seq", "change"),
    [
        (0, {}),
        (-1, {}),
        (2**63, {}),
        (50, {"message_id": ""}),
        (50, {"message_id": "x" * 65}),
        (50, {"message_id": "a\0b"}),
        (50, {"kind": "k" * 41}),
        (50, {"case_no": "Z" * 41}),
        (50, {"case_no": ""}),
    ],
)
def test_what_does_not_fit_is_refused_before_it_is_kept(
    country: Country, seq: int, change: dict[str, str]
) -> None:
    """A partner's mistake must neither stop the queue nor be answered as if it had been taken."""
    import msgspec

    told = message("ZY1", "receipt", Receipt(case_no="ZY1", leg="record", done_on=day(country)))
    told = msgspec.structs.replace(told, **change)
    with pytest.raises(BadEnvelope) as refused:
        receive.accept(SOURCE, forged(TARGET, SOURCE, seq, told, country=country), country.now)
    assert refused.value.message == "信封的序号，或报文的编号、种类、业务流水号不能用。"
    assert refused.value.remedy == "请发送方改正后重新发送。"
    with pytest.raises(BadEnvelope):
        receive.accept(SOURCE, forged(TARGET, SOURCE, 51, told, told, country=country), country.now)
    assert Envelope.objects.of(SOURCE).count() == 0


def test_bodies_that_cannot_be_used_are_refused_one_by_one(country: Country) -> None:
    """And the good one beside them is applied."""
    country.add_movers(1)
    (number,) = country.to_the_form()
    good = Receipt(case_no=number, leg="fund", done_on=day(country), amount="1000.37")
    bodies: Sequence[tuple[str, str, Any]] = [
        ("receipt", number, {"case_no": number}),
        ("receipt", number, {**as_plain(good), "more": 1}),
        ("receipt", number, {**as_plain(good), "case_no": "ZY1"}),
        ("weather", number, {}),
        ("receipt", number, {**as_plain(good), "amount": "1e9"}),
        ("remittance_notice", number, {}),
        ("receipt", "ZY1", {**as_plain(good), "case_no": "ZY1"}),
        ("receipt", number, good),
    ]
    messages = [
        message(case_no, kind, body, f"m{place}")
        for place, (kind, case_no, body) in enumerate(bodies)
    ]
    assert receive.accept(
        SOURCE, forged(TARGET, SOURCE, 90, *messages, country=country), country.now
    )
    country.settle()
    told = {
        row.message_id: (row.state, row.last_error)
        for row in Incoming.objects.of(SOURCE).filter(message_id__startswith="m")
    }
    assert told["m0"][0] == told["m1"][0] == told["m3"][0] == told["m5"][0] == "refused"
    assert told["m0"][1].startswith("报文内容不符合《receipt》的格式")
    assert told["m2"] == ("refused", "报文的业务流水号与信封不一致。")
    assert told["m3"][1].startswith("收到不认识的报文种类：weather")
    assert told["m4"] == ("refused", told["m4"][1])
    assert told["m6"] == ("waiting", "案件现在的状态不能再“收到办结回执”。")
    assert told["m7"] == ("applied", "")
    # A receipt for a case that never comes is given up in the end, with its reason.
    for _ in range(60):
        country.clock.forward(minutes=11)
        country.node.sweep()
    last = Incoming.objects.of(SOURCE).get(message_id="m6")
    assert (last.state, last.attempts) == ("refused", receive.MOST_ATTEMPTS - 1)
    assert last.last_error == "案件现在的状态不能再“收到办结回执”。"


def as_plain(body: Any) -> dict[str, Any]:
    import msgspec

    return dict(msgspec.to_builtins(body))


def test_a_seal_over_another_form_is_refused(country: Country) -> None:
    """The form is genuine only with its own seal: an amount made larger on the way is found."""
    country.add_movers(1)
    carrier = Keeping(lambda letter: "information_form" in letter.kinds)
    (number,) = country.in_two_letters()
    (letter,) = carrier.kept
    (told,) = letter.opened.messages
    import msgspec

    body = msgspec.json.decode(told.body)
    body["form"]["acct_trafout_amt"] = "999999.00"
    changed = msgspec.structs.replace(told, body=canonical(body).decode())
    assert receive.accept(
        TARGET, forged(SOURCE, TARGET, letter.seq, changed, country=country), country.now
    )
    country.settle()
    assert inbox(TARGET)[-1] == ("information_form", "refused", "信息表的电子签章无效。")
    assert country.states(number)["in"] == ("open", "accepted", "waiting")


def test_folders_carry_on_past_a_bad_file(
    country: Country, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A far channel is asked; what is refused lies aside with its reason."""
    country.add_movers(2)
    far = FilesChannel(tmp_path / "exchange")
    carrier = Keeping(lambda letter: letter.receiver == SOURCE)
    wiring.install(replace(wiring.ports(), far=far))
    numbers = []
    for mover in country.movers:
        numbers.append(country.apply(mover)["case_no"])
        country.settle()
    for letter in carrier.kept:
        data = letter.data.replace(b"online", b"onlime") if letter.seq == 1 else letter.data
        far.deliver(SOURCE, TARGET, letter.seq, data)
        far.deliver(SOURCE, TARGET, letter.seq, data)
    with caplog.at_level(logging.WARNING):
        country.settle()
    folder = tmp_path / "exchange" / SOURCE
    assert sorted(path.name for path in (folder / "done").iterdir()) == [
        f"{TARGET}-000000000002.json"
    ]
    reason = folder / "refused" / f"{TARGET}-000000000001.json.txt"
    assert reason.read_text(encoding="utf-8").strip() == "信封内容与其摘要不符，可能被改动。"
    assert list((folder / "in").iterdir()) == []
    assert "out" not in country.states(numbers[0])
    assert country.states(numbers[1])["out"][1] == "form_sent"


class Stalling:
    """A signer that, once, is so slow that the lease ends and another worker does the work."""

    def __init__(self, inner: Signer, meanwhile: Callable[[], Any]) -> None:
        self.inner = inner
        self.name = inner.name
        self.meanwhile: Callable[[], Any] | None = meanwhile

    def generate(self) -> Any:
        return self.inner.generate()

    def verify(self, public: bytes, text: bytes, signature: bytes) -> bool:
        return self.inner.verify(public, text, signature)

    def sign(self, private: bytes, text: bytes) -> bytes:
        if self.meanwhile:
            act, self.meanwhile = self.meanwhile, None
            act()
        return self.inner.sign(private, text)


def other_worker(country: Country) -> None:
    """Another process, a minute later, that knows nothing of what this one is doing."""
    country.clock.forward(seconds=61)
    contextvars.Context().run(dispatch.dispatch_due, country.now)


def test_a_slow_signer_whose_lease_ended(lasting: Country) -> None:
    carrier = Carrier()
    lasting.add_movers(2)
    numbers = lasting.apply_all()
    slow = Stalling(wiring.ports().signer, lambda: other_worker(lasting))
    wiring.install(replace(wiring.ports(), signer=slow))
    lasting.settle()
    lasting.settle()
    assert each_message_was_sent_once(carrier)
    assert {lasting.states(number)["in"][1] for number in numbers} == {"done"}
    assert lasting.breaks() == []


def test_a_worker_that_slept_before_it_took_a_number(lasting: Country) -> None:
    """It has read the messages, another has sent them: it must not send them under a new number."""
    carrier = Carrier()
    lasting.add_movers(2)
    numbers = lasting.apply_all()
    asleep = False

    def sleep(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal asleep
        if "ORDER BY seq DESC" in sql and "exchange_envelope" in sql and not asleep:
            asleep = True
            other_worker(lasting)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(sleep):
        lasting.settle()
        lasting.settle()
    assert asleep
    assert each_message_was_sent_once(carrier)
    assert {lasting.states(number)["in"][1] for number in numbers} == {"done"}
    assert lasting.breaks() == []


def each_message_was_sent_once(carrier: Carrier) -> bool:
    sent = [told.message_id for letter in set(carrier.letters) for told in letter.opened.messages]
    outbox = [row.message_id for row in rows("exchange.Outgoing")]
    assert len(rows("exchange.Envelope")) == 2 * len(set(carrier.letters))
    return sorted(sent) == sorted(outbox)


def test_a_receiver_in_trouble_is_asked_again(country: Country) -> None:
    """A fault of the receiver is no fault of the envelope."""

    class Troubled(Carrier):
        troubles = 3

        def carry(self, letter: Letter) -> None:
            if self.troubles:
                self.troubles -= 1
                raise wiring.ChannelDown("密钥暂时打不开。")
            super().carry(letter)

    Troubled()
    country.add_movers(1)
    (number,) = country.apply_all()
    until_quiet(country)
    assert country.states(number)["in"][1] == "done"


def test_one_agency_without_a_key_does_not_stop_the_others(country: Country) -> None:
    from jiexu.records.exchange.models import Key
    from jiexu.records.isolation import writing

    country.faults_expected = True
    third = Country(country.bank_folder.parent / "other", areas=(THIRD,))
    third.bank.books.close()
    country.add_movers(1)
    moved = country.add_movers(1, target=THIRD)
    with writing():
        Key.objects.filter(agency_id=TARGET).update(valid_to=country.now)
    country.clock.forward(minutes=1)
    here = country.apply(country.movers[0])["case_no"]
    there = country.apply(moved[0], target=THIRD)["case_no"]
    country.settle()
    assert country.states(there)["in"][1] == "done"
    assert country.states(here)["in"][1] == "checking"


def test_refusals_of_the_channel_reach_the_outbox_in_words(country: Country) -> None:
    country.faults_expected = True

    class Refusing(Carrier):
        def carry(self, letter: Letter) -> None:
            raise EnvelopeRefused("对方不再受理。")

    Refusing()
    country.add_movers(1)
    country.apply_all()
    country.settle()
    (row,) = rows("exchange.Outgoing")
    assert (row.state, row.last_error, row.lease_until) == ("dead", "对方不再受理。", None)
    assert dispatch.dispatch_due(country.now + timedelta(days=9)) == 0


def test_bad_envelopes_are_faults_with_words() -> None:
    assert issubclass(BadEnvelope, JiexuError)
