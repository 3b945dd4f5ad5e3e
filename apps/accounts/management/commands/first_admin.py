from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse
from django.utils import timezone

from apps.accounts.actions import AccountRefused, first_administrator
from apps.accounts.models import User
from apps.offices.models import Office


class Command(BaseCommand):
    """Makes the first security administrator and prints a one-time link; there is no default account."""

    help = "Invite the first security administrator. Load the offices first (load_offices)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("name")
        parser.add_argument(
            "--address", default="http://127.0.0.1:8000", help="where people reach the system"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        root = Office.objects.filter(depth=1).first()
        if root is None:
            raise CommandError("还没有机构，请先运行 load_offices FILE.csv。")
        if User.objects.filter(username=options["username"]).exists():
            raise CommandError("这个用户名已有人使用。")
        try:
            secret = first_administrator(
                username=options["username"], name=options["name"], root=root, on=timezone.localdate()
            )
        except AccountRefused as refusal:
            raise CommandError(refusal.message) from None
        link = options["address"].rstrip("/") + reverse("accounts:accept", args=[secret])
        self.stdout.write(f"48 小时内打开一次性链接，设定密码：\n{link}")
