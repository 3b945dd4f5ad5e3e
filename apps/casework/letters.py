"""交办单, 督办单, 答复函: official letters from one Word template (`layouts/letter.docx`). Chinese in every interface language."""

import datetime as dt
from dataclasses import asdict, dataclass
from pathlib import Path

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.audit.recording import record
from apps.casework.models import Case, CaseKind, CaseLink, Supervision
from apps.core.workdays import WorkCalendar
from apps.files.models import StoredFile
from apps.files.storage import new_file, record_export
from apps.files.word import fill_template
from apps.members.naming import Naming
from apps.offices.models import Office

TEMPLATE = Path(__file__).parent / "layouts" / "letter.docx"
KINDS = {
    CaseKind.REQUEST: "诉求",
    CaseKind.SUGGESTION: "建议",
    CaseKind.PROPOSAL: "议案提案",
    CaseKind.POLICY_QUESTION: "政策咨询",
    CaseKind.COMPLAINT: "投诉",
}


@dataclass(frozen=True)
class Letter:
    """What the template prints."""

    title: str
    number: str
    recipient: str
    paragraphs: tuple[str, ...]
    signature: str
    date: str


def on_day(day: dt.date) -> str:
    """2026年11月22日, as official documents write it."""
    return f"{day.year}年{day.month}月{day.day}日"


def handout_letter(case: Case, link: CaseLink, today: dt.date) -> Letter:
    """交办单. The asker is named only where they agreed."""
    named = (case.may_be_named and case.asker_name) or "不实名转办，姓名不予提供"
    assert link.office is not None  # noqa: S101 by constraint of the table
    return Letter(
        title="诉求建议事项交办单",
        number=f"编号：{case.number}",
        recipient=link.office.name,
        paragraphs=(
            "现将以下事项交你单位办理：",
            f"类型：{KINDS[CaseKind(case.kind)]}",
            f"登记日期：{on_day(case.opened_on)}",
            f"提出人：{named}",
            f"事项：{case.text}",
            f"请于{on_day(case.due_on)}前办理完毕，并将答复书面反馈我单位，或使用一次性链接直接答复（有效期至"
            f"{on_day(link.last_day)}，只能提交一次）。",
            "答复只写事项办理情况，不评价提出人。",
        ),
        signature=case.office.name if case.lead_office_id == link.office_id else case.lead_office.name,
        date=on_day(today),
    )


def supervision_letter(letter: Supervision, above: Office) -> Letter:
    """督办单: numbers and days only."""
    subject = letter.subject
    late = WorkCalendar().workdays_between(subject.due_on, letter.issued_on).days
    begun = subject.opened_on if isinstance(subject, Case) else subject.assigned_on
    return Letter(
        title="督办单",
        number=f"编号：{letter.number}",
        recipient=letter.office.name,
        paragraphs=(
            f"由你单位负责办理的{subject.number}号事项，于{on_day(begun)}登记，办理期限为{on_day(subject.due_on)}，"
            f"至今未答复，已超过期限{late}个工作日。",
            f"请抓紧办理，并于{on_day(letter.due_on)}前反馈办理情况和办结时间。事项答复并经审核后予以销号。",
        ),
        signature=above.name,
        date=on_day(letter.issued_on),
    )


def answer_letter(case: Case, asker: str, today: dt.date) -> Letter:
    """答复函 to the asker."""
    return Letter(
        title="答复函",
        number=f"编号：{case.number}",
        recipient=asker or "提出人",
        paragraphs=(
            f"您于{on_day(case.opened_on)}提出的{KINDS[CaseKind(case.kind)]}收悉。经研究办理，现答复如下：",
            *[line for line in case.answer.split("\n") if line.strip()],
            "如对答复不满意，可以向我单位提出重新办理。感谢您对我们工作的支持。",
        ),
        signature=case.lead_office.name,
        date=on_day(today),
    )


def write(letter: Letter, *, name: str, subject: Case | Supervision, by: User) -> StoredFile:
    """Make the file, for the one who asked for it and for a day; written down as an export."""
    with new_file(
        f"{name}.docx", purpose=StoredFile.Purpose.EXPORT, owner=by, office_path=subject.office_path
    ) as draft:
        fill_template(TEMPLATE, asdict(letter), draft.path)
    record_export(draft.stored, by=by, what=subject._meta.label_lower, rows=1)
    return draft.stored


def write_answer(case: Case, today: dt.date, by: User) -> StoredFile:
    """答复函; named where the writer sees the name, and the asker sees that it was made."""
    asker = Naming.of(by).label_of(case.member) if case.member else case.asker_name
    if case.member:
        record(AuditEvent.Action.EXPORT, target=case.member, by=by, case=case.pk)
    return write(answer_letter(case, asker, today), name=f"答复函-{case.number}", subject=case, by=by)
