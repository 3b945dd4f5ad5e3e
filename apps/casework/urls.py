from django.urls import path

from apps.casework.views import cases, handing_out, own, stepping, supervision, tasks, terms

app_name = "casework"

urlpatterns = [
    path("my/cases/new/", own.ask, name="own_new"),
    path("my/cases/<uuid:public_id>/", own.case, name="own_case"),
    path("my/cases/<uuid:public_id>/withdraw/", own.take_back, name="own_withdraw"),
    path("cases/", cases.index, name="cases"),
    path("cases/new/", cases.new, name="new"),
    path("cases/terms/", terms.index, name="terms"),
    path("cases/terms/<slug:term>/", terms.change, name="term"),
    path("cases/<uuid:public_id>/", cases.detail, name="case"),
    *stepping.urls(),
    path("cases/<uuid:public_id>/hand-out/", handing_out.hand_out, name="hand_out"),
    path("cases/<uuid:public_id>/reply/", handing_out.reply, name="reply"),
    path("cases/<uuid:public_id>/replies/<uuid:reply_id>/scan/", handing_out.scan, name="reply_scan"),
    path("cases/<uuid:public_id>/asker-link/", handing_out.asker_link, name="asker_link"),
    path("cases/<uuid:public_id>/answer-letter/", handing_out.answer_letter, name="answer_letter"),
    path("supervisions/<uuid:public_id>/answer/", supervision.answer, name="supervision_answer"),
    path("supervisions/<uuid:public_id>/sign-off/", supervision.sign_off, name="supervision_sign_off"),
    path("supervisions/<uuid:public_id>/send-back/", supervision.send_back, name="supervision_send_back"),
    path("supervisions/<uuid:public_id>/letter/", supervision.print_letter, name="supervision_letter"),
    path("matters/<uuid:public_id>/", tasks.matter, name="matter"),
    path("tasks/", tasks.index, name="tasks"),
    path("tasks/new/", tasks.assign, name="assign"),
    path("tasks/<uuid:public_id>/", tasks.detail, name="task"),
    *tasks.urls(),
]
