"""Part of apps.members.urls: what a member holds, and the quality of the files."""

from django.urls import path

from apps.members.ownfile import office
from apps.members.views import posts, quality

urlpatterns = [
    path("<uuid:public_id>/appoint/", posts.appoint, name="appoint"),
    path("<uuid:public_id>/posts/<int:pk>/", posts.change_post, name="change_post"),
    path("<uuid:public_id>/posts/<int:pk>/end/", posts.end_post, name="end_post"),
    path("<uuid:public_id>/posts/<int:pk>/take-back/", posts.take_back_post, name="take_back_post"),
    path("<uuid:public_id>/taken-back/<int:pk>/undo/", posts.put_back, name="put_back"),
    path("<uuid:public_id>/seats/new/", posts.take_seat, name="take_seat"),
    path("<uuid:public_id>/seats/<int:pk>/", posts.change_seat, name="change_seat"),
    path("<uuid:public_id>/seats/<int:pk>/end/", posts.end_seat, name="end_seat"),
    path("<uuid:public_id>/seats/<int:pk>/take-back/", posts.take_back_seat, name="take_back_seat"),
    path("<uuid:public_id>/checked/", quality.check, name="check"),
    path("<uuid:public_id>/own-letter/", office.own_letter, name="own_letter"),
    path("corrections/", office.correction_list, name="corrections"),
    path("corrections/<uuid:public_id>/", office.correction, name="correction"),
    path("corrections/<uuid:public_id>/apply/", office.apply_correction, name="apply_correction"),
    path("letters-due/", office.letters_due, name="letters_due"),
    path("ask-again/", office.ask_again, name="ask_again"),
    path("quality/", quality.quality, name="quality"),
    path("quality/<slug:code>/", quality.quality_list, name="quality_list"),
    path("quality/<slug:code>/<uuid:public_id>/", quality.quality_file, name="quality_file"),
]
