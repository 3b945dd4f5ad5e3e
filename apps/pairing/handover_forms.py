"""Shapes of the wizard of a hand-over: why and when, then a successor and a line for each pair."""

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.core.forms import DayField, offer, show_refusal
from apps.core.texts import ShortTextField
from apps.pairing.forms import CadreChoice
from apps.pairing.handing_over.applying import Plan, Successor
from apps.pairing.handing_over.reading import Row
from apps.pairing.handing_over.terms import Terms, Why
from apps.pairing.handing_over.work import Item
from apps.pairing.models import Pairing
from apps.pairing.proposing.others import Taker

KEEP, TO_OFFICE = "keep", "office"


class TermsForm(forms.Form):
    """First step. Without `cadres` the pairs were ticked already."""

    cadre = CadreChoice(label=_("移交谁的结对"), queryset=User.objects.none(), empty_label=_("请选择"))
    why = forms.ChoiceField(label=_("原因"), choices=Why.choices, initial=Why.LEFT, widget=forms.RadioSelect)
    last_on = DayField(
        label=_("原干部负责的最后一天"), help_text=_("接手干部从第二天起负责。此前的工作仍记在原干部名下。")
    )
    until = DayField(
        label=_("代管到哪一天"), required=False, help_text=_("只有暂时离开才填。第二天自动交还原干部。")
    )

    def __init__(self, *args: Any, cadres: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if cadres is None:
            del self.fields["cadre"]
        else:
            offer(self, cadre=cadres)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if "why" in said and "last_on" in said and "until" not in self.errors:
            for finding in self.terms().findings(timezone.localdate()):
                show_refusal(self, finding)
        return said

    def terms(self) -> Terms:
        said = self.cleaned_data
        until = said.get("until") if said["why"] == Why.AWAY else None
        return Terms(said["why"], said["last_on"], until)


class SuccessorsForm(forms.Form):
    """Second step: `to_<pair>` and `text_<pair>`, and `work_<n>` for what the cadres have in hand."""

    confirmed = forms.BooleanField(label=_("已核对，仍要保存"), required=False)

    def __init__(
        self, *args: Any, rows: Sequence[Row], work: Sequence[Item], terms: Terms, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._rows, self._work, self._terms = rows, work, terms
        for row in rows:
            self._add_pair(row)
        for number, item in enumerate(work):
            self._add_work(f"work_{number}", item)

    def _add_pair(self, row: Row) -> None:
        names = [(str(taker.pk), f"{taker.name}（{taker.load}/{taker.room}）") for taker in row.takers]
        self.fields[f"to_{row.pairing.pk}"] = forms.ChoiceField(
            label=_("接手干部"),
            choices=[*names, ("", _("暂不移交"))],
            initial=names[0][0] if names else "",
            required=False,
        )
        self.fields[f"text_{row.pairing.pk}"] = ShortTextField(label=_("说明"), rows=1, required=False)

    def _add_work(self, name: str, item: Item) -> None:
        self.fields[name] = forms.ChoiceField(
            label=_("承办人"),
            choices=[
                *((str(pk), taker) for pk, taker in item.takers.items()),
                (TO_OFFICE, item.nobody),
                (KEEP, _("不变")),
            ],
            initial=self._preset(item),
        )

    def _preset(self, item: Item) -> str:
        """Whoever takes over the member it is about, else the first of the pairs; a cover leaves what nobody there can take."""
        about = [row for row in self._rows if row.takers and item.member in (None, row.pairing.member_id)]
        near = (row.takers[0].pk for row in about)
        nobody = TO_OFFICE if self._terms.until is None else KEEP
        return next((str(pk) for pk in near if pk in item.takers), nobody)

    def pairs(self) -> Iterator[tuple[Pairing, forms.BoundField, forms.BoundField]]:
        """Each pair with its two fields."""
        for row in self._rows:
            pk = row.pairing.pk
            yield row.pairing, self[f"to_{pk}"], self[f"text_{pk}"]

    def takers(self) -> Iterator[Sequence[Taker]]:
        """For each pair, who may take it over."""
        return (row.takers for row in self._rows)

    def work(self) -> Iterator[tuple[Item, forms.BoundField]]:
        for number, item in enumerate(self._work):
            yield item, self[f"work_{number}"]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if not any(said.get(f"to_{row.pairing.pk}") for row in self._rows):
            raise forms.ValidationError(_t("请至少为一个结对选择接手干部。"))
        return said

    def plan(self) -> Plan:
        """What was chosen. The form must be valid."""
        said = self.cleaned_data
        chosen = {row.pairing: said[f"to_{row.pairing.pk}"] for row in self._rows}
        passed = {f"work_{n}": said[f"work_{n}"] for n in range(len(self._work))}
        wanted = {int(pk) for pk in (*chosen.values(), *passed.values()) if pk.isdigit()}
        users = User.objects.in_bulk(wanted)
        return Plan(
            terms=self._terms,
            successors={
                pairing: Successor(users[int(pk)], said[f"text_{pairing.pk}"])
                for pairing, pk in chosen.items()
                if pk
            },
            work=[
                (item, users[int(passed[f"work_{n}"])] if passed[f"work_{n}"].isdigit() else None)
                for n, item in enumerate(self._work)
                if passed[f"work_{n}"] != KEEP
            ],
        )
