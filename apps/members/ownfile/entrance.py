"""The way in: `/l/my/` for a typed code, `/l/my-<code>/` for the link and the QR code of a letter. Opening it uses nothing up."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from apps.core import scope
from apps.core.errors import error_page
from apps.core.forms import show_refusal
from apps.core.limits import within_limit
from apps.core.links import register
from apps.core.refusals import Refusal
from apps.members.ownfile.access import open_session
from apps.members.ownfile.codes import redeem
from apps.members.ownfile.forms import EntranceForm

WORD = "my"
# Tries of one address; a code itself dies after five wrong answers.
MOST, SECONDS = 20, 600


def register_entrance() -> None:
    register(WORD, entrance)


@sensitive_post_parameters()
@sensitive_variables("secret", "form")
def entrance(request: HttpRequest, secret: str) -> HttpResponse:
    """Asks for the code, or takes it from the link, and for one thing more."""
    form = EntranceForm(request.POST or None, initial={"code": secret.partition("-")[2]})
    if request.method == "POST" and not within_limit(request, "own_file", most=MOST, seconds=SECONDS):
        return error_page(request, 429)
    if request.method == "POST" and form.is_valid():
        try:
            with scope.everything("whose code it is: until then nobody is known"):
                member = redeem(**form.cleaned_data)
                answer = redirect("own:file")
                open_session(request, answer, member)
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            return answer
    return render(request, "ownfile/entrance.html", {"form": form}, status=422 if form.errors else 200)
