import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from apps.accounts.models import User

DONG = User(username="dong.gan", name="董干")


@pytest.mark.parametrize(
    "password",
    [
        "vier gelbe Postkutschen",
        "correct horse battery staple",
        "清晨五点的渡船刚刚靠岸了",
        "kx9-Qm2v-7Lpz",
        "a" * 3 + "Tr7!bWq9zLm4",
        "x" + "y7Kq2mWz" * 15,
        "  spaces kept inside  ",
    ],
)
def test_password_is_accepted(password: str) -> None:
    validate_password(password, DONG)


@pytest.mark.parametrize(
    "password",
    [
        "short",
        "kx9-Qm2v-7L",
        "password1234",
        "tongzhan2026",
        "Tongzhan@2026",
        "tongxin123456",
        "dong.gan.2026",
        "DongGan dong.gan",
        "董干董干董干董干董干董干",
        "taizhou-tzb-2026",
        "统战部统战部统战部统战部",
        "123456789012",
        "qwertyuiop123",
        "aaaaaaaaaaaa",
        "abcabcabcabcabc",
        "admin-admin-admin",
        "20262026202620262026",
        "y7Kq2mWz" * 17,
    ],
)
def test_password_is_refused(password: str) -> None:
    with pytest.raises(ValidationError):
        validate_password(password, DONG)
