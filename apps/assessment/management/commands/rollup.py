"""`manage.py rollup [--period 2026]`: count and score a year now."""

import datetime as dt
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from apps.assessment.rollup import roll_up
from apps.core import scope
from apps.core.periods import Period, PeriodKind


class Command(BaseCommand):
    help = "Roll all metrics up into facts and score the open schemes of a year (default: the current one)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--period", default="", help="a year, such as 2026")
        parser.add_argument("--as-of", default="", help="count up to this day (default: today)")

    @scope.everything("counts the members and visits of all offices")
    def handle(self, *args: Any, **options: Any) -> None:
        try:
            today = dt.date.fromisoformat(options["as_of"]) if options["as_of"] else timezone.localdate()
            period = Period.parse(options["period"] or str(today.year))
        except ValueError:
            raise CommandError("--period 应是年份，如 2026；--as-of 应是日期，如 2026-11-22") from None
        if period.kind != PeriodKind.YEAR:
            raise CommandError("--period 应是年份，如 2026；半年、季度和月份随年度一起汇总")
        done = roll_up(period.year, today=today)
        self.stdout.write(f"{done.year} 年度：更新 {done.changed} 个指标数据，{done.results} 个单位已计分")
