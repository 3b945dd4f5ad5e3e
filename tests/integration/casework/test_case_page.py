"""What the page of a case costs."""

from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.casework.models import Reply
from apps.offices.models import Office
from tests.integration.casework.conftest import OpenCase
from tests.queries import count_queries


def test_page_of_a_case_asks_little(client: Client, town_cadre: User, open_case: OpenCase) -> None:
    case = open_case()
    client.force_login(town_cadre)
    page = reverse("casework:case", args=[case.public_id])
    count_queries(client, page)
    few = count_queries(client, page)
    for number in range(4):
        Reply.objects.create(
            case=case, office=case.office, text="已办", replied_on=case.opened_on, via="link"
        )
        case.assisting.add(Office.objects.order_by("pk")[number])
    assert count_queries(client, page) == few <= 15
