"""`manage.py people_touched ACCOUNT --since … --until … --by AUDITOR`: whose records an account dealt with, after an incident."""

import csv
import datetime as dt
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from apps.accounts.models import User
from apps.core.refusals import Refusal
from apps.members.incident_files import deeds_in_words
from apps.members.incidents import Touched, people_touched


class Command(BaseCommand):
    help = "某账号在一段时间内看过、改过、导出、打印、下载了哪些人的资料（按编号，CSV）。查询本身记入审计。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("account", metavar="ACCOUNT", help="用户名")
        parser.add_argument(
            "--since", required=True, type=_moment, help="自，如 2026-11-01 或 2026-11-01T08:30"
        )
        parser.add_argument("--until", required=True, type=_moment, help="至（不含）")
        parser.add_argument("--by", required=True, metavar="AUDITOR", help="查询的审计员的用户名")

    def handle(self, *args: Any, **options: Any) -> None:
        account, auditor = _user(options["account"]), _user(options["by"])
        try:
            found = people_touched(account, options["since"], options["until"], by=auditor)
        except Refusal as refusal:
            raise CommandError(refusal.message) from None
        writer = csv.writer(self.stdout)
        writer.writerow(["编号", "首次", "末次", "操作"])
        writer.writerows(_line(person) for person in found)
        self.stderr.write(f"共 {len(found)} 人")


def _line(person: Touched) -> list[str]:
    moments = [f"{timezone.localtime(at):%Y-%m-%d %H:%M:%S}" for at in (person.first, person.last)]
    return [person.number, *moments, deeds_in_words(person)]


def _user(name: str) -> User:
    try:
        return User.objects.get(username=name)
    except User.DoesNotExist:
        raise CommandError(f"没有用户 {name}") from None


def _moment(text: str) -> dt.datetime:
    """A day means its first moment, in China's time. Raises ValueError."""
    day = parse_date(text) if len(text) == len("2026-11-01") else None
    moment = dt.datetime.combine(day, dt.time()) if day else parse_datetime(text)
    if moment is None:
        raise ValueError(text)
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)
