"""The daily digest by e-mail: counts and one link, nothing about any person. Off unless a mail server is set."""

from collections.abc import Iterable

import structlog
from django.conf import settings
from django.core.mail import send_mail
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from apps.core.crypto import CryptoError
from apps.notifications.kinds import Line
from apps.notifications.models import MailSetting

log = structlog.get_logger(__name__)


def mail_is_set_up() -> bool:
    return bool(settings.EMAIL_HOST)


def mail_digest(setting: MailSetting, lines: Iterable[Line]) -> bool:
    """Send one user's digest; gives whether it went. A mail server that fails is logged, without the address."""
    lines = list(lines)
    if not mail_is_set_up():
        return False
    try:
        with translation.override(setting.user.language):
            send_mail(
                _("同心：今日有 %(n)d 项提醒") % {"n": sum(line.count for line in lines)},
                _body(lines),
                settings.DEFAULT_FROM_EMAIL,
                [setting.address],
            )
    except (OSError, CryptoError) as error:
        log.warning("digest_not_mailed", user=setting.user_id, why=type(error).__name__)
        return False
    return True


def _body(lines: Iterable[Line]) -> str:
    inbox = f"{settings.PUBLIC_URL}{reverse('notifications:inbox')}" if settings.PUBLIC_URL else ""
    told = [f"{line.label}：{line.count}" for line in lines]
    return "\n".join(
        [*told, "", inbox or _("请登录系统查看。"), "", _("不再接收：登录后在“消息中心—邮件提醒”中关闭。")]
    )
