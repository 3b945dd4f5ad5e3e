import datetime as dt, pytest, time
from apps.dashboard.demo.load import load_demo
@pytest.mark.django_db
def test_x():
    t=time.time(); load_demo("city", dt.date(2026,11,22), lambda s: print(round(time.time()-t,1), s)); print("end",time.time()-t)
    assert 0
