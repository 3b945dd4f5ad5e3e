from django.apps import AppConfig


class AssessmentConfig(AppConfig):
    name = "apps.assessment"
