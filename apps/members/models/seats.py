"""Public seats: 人大代表 and 政协委员."""

from typing import Any

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.members.models.events import looked_up_by_member


class Sector(models.TextChoices):
    """界别 of the consultative conference, closed in code.

    少数民族界 and 宗教界 are left out: they would record what is not recorded (design §1). Such a seat is entered
    without a sector.
    """

    RCCK = "rcck", _("民革")
    CDL = "cdl", _("民盟")
    CNDCA = "cndca", _("民建")
    CAPD = "capd", _("民进")
    CPWDP = "cpwdp", _("农工党")
    ZHI_GONG = "zhi_gong", _("致公党")
    JIUSAN = "jiusan", _("九三学社")
    TAIMENG = "taimeng", _("台盟")
    NONPARTISAN = "nonpartisan", _("无党派人士")
    YOUTH_LEAGUE = "youth_league", _("共青团和青联")
    UNIONS = "unions", _("总工会")
    WOMEN = "women", _("妇联")
    COMMERCE = "commerce", _("工商联")
    SCIENCE_ASSOCIATION = "science_assoc", _("科协")
    TAIWAN = "taiwan", _("台联")
    RETURNED_OVERSEAS = "overseas", _("侨联")
    CULTURE = "culture", _("文化艺术界")
    SCIENCE = "science", _("科学技术界")
    SOCIAL_SCIENCE = "social_science", _("社会科学界")
    ECONOMY = "economy", _("经济界")
    AGRICULTURE = "agriculture", _("农业界")
    EDUCATION = "education", _("教育界")
    SPORTS = "sports", _("体育界")
    PRESS = "press", _("新闻出版界")
    MEDICINE = "medicine", _("医药卫生界")
    FOREIGN_FRIENDSHIP = "friendship", _("对外友好界")
    WELFARE = "welfare", _("社会福利和社会保障界")
    ENVIRONMENT = "environment", _("环境资源界")
    HONG_KONG = "hong_kong", _("特邀香港人士")
    MACAO = "macao", _("特邀澳门人士")
    INVITED = "invited", _("特别邀请人士")


def seat_name(seat: Any) -> str:
    """市人大代表; of a seat, or of a row of its history."""
    words = {"level": seat.get_level_display(), "kind": seat.get_kind_display()}
    return gettext("%(level)s%(kind)s") % words


@pghistory.track(meta=looked_up_by_member())
class PublicSeat(models.Model):
    """公职席位: a member's seat in a people's congress or a consultative conference, from/to."""

    class Kind(models.TextChoices):
        DEPUTY = "deputy", _("人大代表")
        CPPCC_MEMBER = "cppcc_member", _("政协委员")

    class Level(models.TextChoices):
        NATIONAL = "national", _("全国")
        PROVINCE = "province", _("省")
        CITY = "city", _("市")
        COUNTY = "county", _("县（市、区）")
        # People's congresses only.
        TOWN = "town", _("乡镇")

    member = models.ForeignKey(
        "members.Member", on_delete=models.CASCADE, related_name="seats", db_comment="pd:basic; end=erase"
    )
    kind = models.CharField(_("类型"), max_length=12, choices=Kind.choices, db_comment="pd:basic; end=erase")
    level = models.CharField(_("层级"), max_length=8, choices=Level.choices, db_comment="pd:basic; end=erase")
    sector = models.CharField(
        _("界别"), max_length=14, choices=Sector.choices, blank=True, db_comment="pd:basic; end=erase"
    )
    term = models.PositiveSmallIntegerField(
        _("届次"), null=True, blank=True, db_comment="pd:basic; end=erase"
    )
    starts_on = models.DateField(_("起"), null=True, blank=True, db_comment="pd:basic; end=erase")
    term_ends_on = models.DateField(_("任期止"), null=True, blank=True, db_comment="pd:basic; end=erase")
    ends_on = models.DateField(_("止"), null=True, blank=True, db_comment="pd:basic; end=erase")

    class Meta:
        verbose_name = _("公职席位")
        verbose_name_plural = _("公职席位")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["deputy", "cppcc_member"]), name="public_seat_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(level__in=["national", "province", "city", "county", "town"]),
                name="public_seat_level_known",
            ),
            models.CheckConstraint(
                condition=Q(sector__in=["", *Sector.values]), name="public_seat_sector_known"
            ),
            models.CheckConstraint(
                condition=Q(sector="") | Q(kind="cppcc_member"), name="public_seat_sector_of_conference"
            ),
            models.CheckConstraint(
                condition=~Q(level="town") | Q(kind="deputy"), name="public_seat_no_conference_in_towns"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True)
                | Q(starts_on__isnull=True)
                | Q(ends_on__gte=F("starts_on")),
                name="public_seat_ends_after_start",
            ),
            models.UniqueConstraint(
                fields=["member", "kind", "level"],
                condition=Q(ends_on__isnull=True),
                name="public_seat_held_once",
            ),
        ]

    def __str__(self) -> str:
        return seat_name(self)
