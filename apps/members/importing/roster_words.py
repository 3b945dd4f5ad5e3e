"""The words and values of rosters, put together: what the reading of sheets is told of them."""

from django.utils.translation import gettext_lazy as _

from apps.members.importing.columns import (
    CONTAINED,
    LABELS,
    NOT_KEPT,
    OTHERS,
    SECOND_CHOICE,
    WORDS,
    Column,
)
from apps.members.importing.looks import FITS
from apps.members.importing.vocabulary import Vocabulary

ROSTER = Vocabulary(
    column=Column,
    labels=LABELS,
    words=WORDS,
    contained=CONTAINED,
    fits=FITS,
    names=(Column.NAME,),
    number=Column.NUMBER,
    others=OTHERS,
    not_kept=NOT_KEPT,
    no_head=_("没有找到花名册的表头：至少要有“姓名”和另一列（如“联系电话”“所在乡镇”）"),
    same={Column.EMPLOYER_DEPARTMENT: Column.EMPLOYER, Column.EMPLOYER_TITLE: Column.EMPLOYER},
    looks_like={Column.CONSENTED_ON: Column.BIRTH, Column.EMPLOYER_DEPARTMENT: Column.EMPLOYER},
    free=(Column.NUMBER, Column.CONSENT, Column.EMPLOYER_TITLE),
    telling=(Column.PHONE, Column.EMAIL, Column.GENDER, Column.CATEGORY, Column.TOWN, Column.NAME),
    # A date may be any date.
    telling_alone=(Column.BIRTH, Column.EMPLOYER, Column.ASSOCIATION, Column.TITLE),
    contradicting=(
        Column.PHONE,
        Column.EMAIL,
        Column.GENDER,
        Column.CATEGORY,
        Column.TOWN,
        Column.NAME,
        Column.BIRTH,
    ),
    # One phone number is one; one word of two characters may be anything.
    enough=(Column.PHONE, Column.EMAIL),
    varied=(Column.NAME,),
    phone=Column.PHONE,
    second_choice=SECOND_CHOICE,
    spread=frozenset(
        (
            Column.TOWN,
            Column.CATEGORY,
            Column.EMPLOYER,
            Column.EMPLOYER_DEPARTMENT,
            Column.ASSOCIATION,
            Column.CONSENT,
            Column.CONSENTED_ON,
        )
    ),
    beside_names=frozenset((Column.PHONE, Column.GENDER, Column.BIRTH, Column.TOWN)),
    place=Column.TOWN,
)
