from django.db import migrations

FILL = "UPDATE reports_report r SET year = s.year FROM assessment_scheme s WHERE s.id = r.scheme_id"


class Migration(migrations.Migration):
    dependencies = [("reports", "0002_subject_of_office_and_year")]

    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
