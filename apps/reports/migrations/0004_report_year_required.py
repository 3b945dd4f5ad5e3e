from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reports", "0003_fill_report_year")]

    operations = [
        migrations.AlterField(
            model_name="report",
            name="year",
            field=models.PositiveSmallIntegerField(db_comment="pd:none; end=keep", verbose_name="年度"),
        ),
    ]
