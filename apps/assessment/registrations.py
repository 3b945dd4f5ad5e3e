"""Where the assessment takes part in what happens below it. Called once, from `AppConfig.ready()`."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from apps.assessment.editing import telling as editing_telling
from apps.assessment.handing_out import metric_as_source
from apps.assessment.models import SurveyInvitation
from apps.assessment.rollup_jobs import NIGHTLY, ROLLUP, run
from apps.assessment.rounds import telling
from apps.assessment.surveys import closing, letters, second_person
from apps.assessment.surveys.guest_page import register_link
from apps.assessment.surveys.own_file import own_section
from apps.casework import origins
from apps.core.access import Permission
from apps.core.navigation import Group, NavItem
from apps.core.navigation import register as show
from apps.jobs.kinds import Daily, Every, Kind
from apps.jobs.kinds import register as register_kind
from apps.members.erasing.places import Place, holds_nothing_of_members, when_erasing
from apps.members.merging import stays_with_duplicate
from apps.members.ownfile.copied import Copied, copy_of
from apps.members.sections import OwnSection, show_in_own_file
from apps.notifications import digest
from apps.notifications.kinds import register as register_message


def register() -> None:
    register_kind(Kind(ROLLUP, _("指标汇总"), run, Every(5)))
    register_kind(Kind(NIGHTLY, _("每夜指标汇总"), run, Daily(dt.time(2, 30))))
    register_kind(Kind(closing.CLOSE, _("结束到期的测评"), closing.close_due, Daily(dt.time(0, 20))))
    register_kind(Kind(letters.LETTERS, _("满意度测评函"), letters.run))
    register_link()
    copy_of(
        Copied(SurveyInvitation, lambda member: SurveyInvitation.objects.filter(member=member).order_by("pk"))
    )
    show_in_own_file(OwnSection("assessment/surveys/_own_file.html", own_section, order=10))
    stays_with_duplicate("assessment.SurveyInvitation.member", "a one-time link of some weeks")
    when_erasing(Place("assessment.SurveyInvitation", "member", whole_rows=True))
    holds_nothing_of_members("assessment.SurveyedOffice", "counted answers of an office, nobody's")
    editing_telling.register_kind()
    telling.register_kinds()
    register_message(second_person.ASKED, second_person.ANSWERED)
    digest.register(digest.Source("assessment.missing", _("考核待办"), telling.waiting, order=40))
    origins.register_source("metric", metric_as_source)
    show(
        NavItem(_("考核"), "assessment:schemes", "assess", Permission.ASSESSMENT_VIEW, Group.ASSESSMENT, 10),
        NavItem(_("指标库"), "assessment:metrics", "metric", Permission.DASHBOARD_VIEW, Group.ASSESSMENT, 20),
    )
