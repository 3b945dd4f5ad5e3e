"""Load the demo city (or a larger one for measurements), or clear it."""

import datetime as dt
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from apps.core import scope
from apps.dashboard.demo.load import DemoRefused, clear_demo, demo_is_loaded, load_demo
from apps.dashboard.demo.people import ACCOUNTS, PASSWORD
from apps.dashboard.demo.scale import SCALES


class Command(BaseCommand):
    help = "载入演示数据（人物均为虚构）；--clear 清除。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--scale", choices=list(SCALES), default="city")
        parser.add_argument("--today", type=dt.date.fromisoformat, default=None, help="演示数据截至的日期")
        parser.add_argument("--clear", action="store_true")
        parser.add_argument("--accounts", action="store_true", help="只列出演示账号")
        parser.add_argument("--if-empty", action="store_true", help="已载入时不报错")

    @scope.everything("fills or empties the registry")
    def handle(self, *args: Any, **options: Any) -> None:
        if options["accounts"]:
            self.say_accounts()
            return
        if options["if_empty"] and demo_is_loaded():
            return
        begun = time.monotonic()

        def say(step: str) -> None:
            self.stdout.write(f"{time.monotonic() - begun:5.1f} 秒  {step}")

        try:
            if options["clear"]:
                clear_demo(by=None)
            else:
                load_demo(options["scale"], options["today"] or timezone.localdate(), say)
        except DemoRefused as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"完成，用时 {time.monotonic() - begun:.1f} 秒")
        if not options["clear"]:
            self.say_accounts()

    def say_accounts(self) -> None:
        """Who may sign in, while the demo is there. The launcher prints it at every start."""
        if demo_is_loaded():
            names = "、".join(account.username for account in ACCOUNTS)
            self.stdout.write(f"演示账号：{names}，密码都是 {PASSWORD}")
