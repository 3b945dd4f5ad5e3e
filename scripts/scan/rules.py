"""What each rule finds (`ruleid`) and lets pass (`ok`); `make scan` tries it. Read by semgrep, never run."""


def markup(text, value):
    # ruleid: markup-from-text
    mark_safe(text)
    # ruleid: markup-from-text
    format_html(f"<b>{value}</b>")
    # ruleid: markup-from-text
    format_html("<b>%s</b>" % value)
    # ok: markup-from-text
    format_html("<b>{}</b>", value)


def statement(cursor, rows, name):
    # ruleid: statement-from-text
    cursor.execute(f"SELECT * FROM members_member WHERE name = '{name}'")
    # ruleid: statement-from-text
    cursor.execute("SELECT * FROM members_member WHERE name = '%s'" % name)
    # ruleid: statement-from-text
    rows.extra(where=["name = 1"])
    # ok: statement-from-text
    cursor.execute("SELECT * FROM members_member WHERE name = %s", [name])


def pattern(rows, typed):
    # ruleid: pattern-from-user
    rows.filter(name__iregex=typed)
    # ok: pattern-from-user
    rows.filter(name__icontains=typed)


def records(request, found, permission):
    # ruleid: records-of-everybody
    get_object_or_404(Member, public_id=found)
    # ruleid: records-of-everybody
    Case.objects.all()
    # ruleid: records-of-everybody
    Visit.objects.filter(happened_on__year=2026)
    # ok: records-of-everybody
    get_object_or_404(Member.objects.visible_to(request.user, permission), public_id=found)
    # ok: records-of-everybody
    Case.objects.filter(member=request.member)


def logged(log, member, request):
    # ruleid: personal-data-in-log
    log.warning("not_reached", phone=member.pk)
    # ruleid: personal-data-in-log
    log.warning("not_reached", who=member.name)
    # ruleid: personal-data-in-log
    log.info(f"searched {request}")
    # ruleid: personal-data-in-log
    log.info("searched", asked=str(request.POST))
    # ok: personal-data-in-log
    log.warning("not_reached", member=member.pk, why=type(member).__name__)


def fetched():
    # ruleid: fetch-from-outside
    import requests

    # ruleid: fetch-from-outside
    from urllib.request import urlopen

    # ok: fetch-from-outside
    from urllib.parse import urlencode


# ruleid: door-without-token
@csrf_exempt
def door(request):
    pass


# ok: door-without-token
@require_POST
def guarded_door(request):
    pass


def code(text):
    # ruleid: text-becomes-code
    import pickle

    # ruleid: text-becomes-code
    eval(text)
    # ruleid: text-becomes-code
    yaml.load(text)
    # ok: text-becomes-code
    yaml.safe_load(text)


def led(request, found):
    # ruleid: led-away
    redirect(request.GET["next"])
    # ruleid: led-away
    redirect(request.POST.get("back", "/"))
    # ok: led-away
    redirect("members:detail", found.public_id)
    # ok: led-away
    redirect(f"{reverse('members:list')}?{request.GET.urlencode()}")


def led_by_name(request):
    # ruleid: led-away
    to = request.GET.get("next")
    redirect(to)


def handed(stored):
    # ruleid: file-past-the-door
    FileResponse(stored)
    # ok: file-past-the-door
    hand_over(stored)
