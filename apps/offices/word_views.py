"""用词提醒: the words that administrators added to the wording guard."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from apps.core.access import ActorRequest, Permission, requires
from apps.core.forms import show_refusal
from apps.core.refusals import Refusal
from apps.core.wordlist import MESSAGES, Code
from apps.offices.forms import AddedWordForm
from apps.offices.models import AddedWord
from apps.offices.standing import standing_for
from apps.offices.tree import may_edit_for_all
from apps.offices.words import add_word, may_retire, retire_word


@requires(Permission.OFFICE_VIEW)
@require_http_methods(["GET", "POST"])
def index(request: ActorRequest) -> HttpResponse:
    """What the base list holds back, and the words that were added."""
    form = AddedWordForm(request.POST or None)
    edits = may_edit_for_all(request.user)
    if request.method == "POST":
        if not edits:
            raise Http404
        if form.is_valid() and _added(request, form):
            return redirect("offices:words")
    words = AddedWord.objects.select_related("added_by").order_by("word")
    context = {
        "form": form,
        "base": [message for code, message in MESSAGES.items() if code != Code.ADDED],
        "words": [(word, edits and may_retire(word, request.user)) for word in words],
        "may_edit": edits,
        "standing": standing_for(request.user) if edits else [],
    }
    return render(request, "offices/words.html", context, status=422 if form.errors else 200)


def _added(request: ActorRequest, form: AddedWordForm) -> bool:
    try:
        add_word(word=form.cleaned_data["word"], by=request.user)
    except Refusal as refusal:
        show_refusal(form, refusal)
        return False
    messages.success(request, _("已添加，半分钟内处处生效。"))
    return True


@requires(Permission.OFFICE_MANAGE)
@require_POST
def retire(request: ActorRequest, pk: int) -> HttpResponse:
    """A word may be written again."""
    if not may_edit_for_all(request.user):
        raise Http404
    word = get_object_or_404(AddedWord.objects.select_related("added_by"), pk=pk)
    try:
        retire_word(word=word, by=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("已停用，可以再填写这个词。"))
    return redirect("offices:words")
