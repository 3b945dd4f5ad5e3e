from django.urls import path

from apps.assessment import declared_views, library_views, metric_views, round_urls, views
from apps.assessment.editing.urls import urlpatterns as editing
from apps.assessment.surveys import views as survey_views

app_name = "assessment"

urlpatterns = [
    path("", views.schemes, name="schemes"),
    path("import/", views.import_scheme, name="import"),
    path("rollup/", views.roll_up_now, name="roll_up"),
    path("metrics/", library_views.library, name="metrics"),
    path("metrics/<str:metric_code>/<str:office_code>/", metric_views.metric_page, name="metric"),
    path("declared/<int:pk>/", declared_views.review, name="review"),
    *editing,
    path("schemes/<str:code>/", views.scheme_page, name="scheme"),
    path("schemes/<str:code>/open/", views.open_scheme_now, name="open"),
    path("schemes/<str:code>/results/", views.results, name="results"),
    path("schemes/<str:code>/results/export/", views.export_final_scores, name="export_scores"),
    path("schemes/<str:code>/declared/", declared_views.declared_list, name="declared"),
    path("schemes/<str:code>/surveys/", survey_views.surveys, name="surveys"),
    path("schemes/<str:code>/surveys/<int:indicator>/open/", survey_views.open_now, name="open_survey"),
    path("schemes/<str:code>/surveys/<int:indicator>/close/", survey_views.close_now, name="close_survey"),
    path(
        "schemes/<str:code>/surveys/<int:indicator>/letters/<str:office_code>/",
        survey_views.letters,
        name="survey_letters",
    ),
    path(
        "schemes/<str:code>/surveys/letters/<int:pk>/answer/",
        survey_views.answer_request,
        name="answer_letters",
    ),
    path("schemes/<str:code>/offices/<str:office_code>/", views.result, name="result"),
    path(
        "schemes/<str:code>/offices/<str:office_code>/declare/<int:indicator>/",
        declared_views.declare,
        name="declare",
    ),
    path(
        "schemes/<str:code>/offices/<str:office_code>/verdict/<int:indicator>/",
        declared_views.verdict,
        name="verdict",
    ),
    *round_urls.urlpatterns,
]
