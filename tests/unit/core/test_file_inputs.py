"""A file is chosen in our own words; the input itself stays the browser's, so that a form sends it without any script."""

import pytest
from django import forms


@pytest.mark.parametrize("widget", [forms.FileInput, forms.ClearableFileInput])
def test_file_input_speaks_our_words_and_stays_an_input(widget: type[forms.FileInput]) -> None:
    class Upload(forms.Form):
        scan = forms.FileField(widget=widget(attrs={"accept": ".pdf"}))

    drawn = str(Upload()["scan"])
    assert "选择文件" in drawn
    assert 'data-none="未选择文件"' in drawn
    # What is only seen is not read out: the input has its label and says by itself what was chosen.
    assert 'class="file-face" aria-hidden="true"' in drawn
    assert '<input type="file" name="scan" accept=".pdf" required id="id_scan">' in drawn
