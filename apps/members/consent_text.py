"""What a member agrees to, word for word. A change is a new version; the old ones stay, since consents name them."""

import hashlib
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True)
class ConsentText:
    version: str
    title: str
    # Values of Consent.Purpose: what the text asks for.
    purposes: tuple[str, ...]
    paragraphs: tuple[str, ...]

    @property
    def sha256(self) -> str:
        """Of title and paragraphs, a line each: what a printed copy can be held against. Kept with each consent."""
        return hashlib.sha256("\n".join([self.title, *self.paragraphs]).encode()).hexdigest()


# Not translated: the member signs the Chinese text.
_TEXTS = (
    ConsentText(
        version="2026-1",
        title="统一战线成员登记告知与同意书",
        purposes=("registry", "pairing", "activities"),
        paragraphs=(
            "登记的目的：统战部门与您保持联系，邀请您参加活动，听取您的意见建议，为您办理所提诉求。",
            "登记的内容：姓名、性别、出生年月、联系方式、工作单位和职务、成员类别、所属团体，以及联系、活动和诉求的日期与经过。"
            "不登记民族、宗教信仰、政治态度、健康状况、身份证号、家庭住址和行踪，不给个人打分、排名、分级或贴标签。",
            "登记以自愿为前提。不登记、不同意、退出，不影响审批、补贴、评优、提名。",
            "您可以随时查看、更正本人信息，查看谁看过您的信息，选择只电话联系、少联系或暂不联系，要求更换联系干部，或者退出登记。"
            "以上均无需说明理由。退出后立即停止使用，十五日后删除。",
            "您的信息只供负责联系您的统战部门使用，不提供给其他单位或个人，不用于其他用途。",
        ),
    ),
)
CONSENT_TEXTS: Final = MappingProxyType({text.version: text for text in _TEXTS})
CURRENT_VERSION: Final = _TEXTS[-1].version


def current_hash() -> str:
    """Of the text in force: the default of a new consent's column."""
    return CONSENT_TEXTS[CURRENT_VERSION].sha256
