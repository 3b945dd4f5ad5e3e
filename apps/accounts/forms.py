"""Shape of what is typed: sign-in, passwords, second factor, and the security administrator's pages."""

from typing import Any

from allauth.account.forms import ChangePasswordForm as AllauthChangePasswordForm
from allauth.account.forms import LoginForm, ReauthenticateForm
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as ReauthenticateCodeForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.contrib.auth import password_validation
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import ApiToken, Grant, User
from apps.accounts.roles import RoleName
from apps.core.access import Actor, Permission
from apps.core.forms import DayField, offer
from apps.offices.forms import OfficeField
from apps.offices.models import Office


def _say(form: forms.BaseForm, **labels: Any) -> None:
    """Our labels; allauth's placeholders repeat them and are taken out."""
    for name, label in labels.items():
        form.fields[name].label = label
        form.fields[name].widget.attrs.pop("placeholder", None)


class SignInForm(LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, login=_("用户名"), password=_("密码"))
        self.fields["password"].help_text = ""


class ChangePasswordForm(AllauthChangePasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, oldpassword=_("当前密码"), password1=_("新密码"), password2=_("再输一次新密码"))
        self.fields["oldpassword"].help_text = ""
        self.fields["password1"].help_text = _("至少 12 个字符；不要用单位、姓名、用户名或年份。")


class ConfirmPasswordForm(ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, password=_("密码"))
        self.fields["password"].help_text = ""


class SecondFactorForm(AuthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, code=_("验证码"))
        self.fields["code"].help_text = _("验证器上的 6 位数字；手机不在身边时输入一个备用码。")


class ConfirmSecondFactorForm(ReauthenticateCodeForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, code=_("验证码"))


class EnrolForm(ActivateTOTPForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, code=_("验证码"))
        self.fields["code"].widget.attrs["inputmode"] = "numeric"


class NewPasswordForm(forms.Form):
    """The first password, or a new one, by an invitation."""

    password = forms.CharField(
        label=_("新密码"),
        strip=False,
        help_text=_("至少 12 个字符；不要用单位、姓名、用户名或年份。"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("再输一次新密码"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        password_validation.validate_password(password, self.user)
        return password

    def clean_again(self) -> str:
        again: str = self.cleaned_data["again"]
        if "password" in self.cleaned_data and again != self.cleaned_data["password"]:
            raise forms.ValidationError(_("两次输入的密码不一致"))
        return again


def _offer_offices(form: forms.BaseForm, actor: Actor, permission: Permission) -> None:
    offer(form, office=Office.objects.visible_to(actor, permission))


class UserFilterForm(forms.Form):
    """The filter bar of the list of users."""

    q = forms.CharField(label=_("姓名或用户名"), required=False, max_length=50)
    office = OfficeField(label=_("机构"), required=False, queryset=None, empty_label=_("全部"))
    role = forms.ChoiceField(label=_("角色"), required=False, choices=[("", _("全部")), *RoleName.choices])
    state = forms.ChoiceField(
        label=_("状态"),
        required=False,
        choices=[
            ("", _("全部")),
            ("active", _("可登录")),
            ("disabled", _("已停用")),
            ("invited", _("未设密码")),
        ],
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_offices(self, actor, Permission.USER_MANAGE)


class GrantForm(forms.ModelForm):
    """A role at an office for a time; without an end it holds until ended."""

    office = OfficeField(label=_("机构"), queryset=None)
    starts_on = DayField(label=_("起"))
    ends_on = DayField(label=_("止"), required=False, help_text=_("临时代管时填写；留空表示长期"))

    class Meta:
        model = Grant
        fields = ["role", "office", "starts_on", "ends_on"]

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_offices(self, actor, Permission.USER_MANAGE)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        starts, ends = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts and ends and ends < starts:
            self.add_error("ends_on", _("止不能早于起"))
        return cleaned

    def validate_constraints(self) -> None:
        """The action says it better, and under a lock."""


class InviteForm(GrantForm):
    """A new user with a first grant."""

    username = forms.CharField(
        label=_("用户名"),
        max_length=40,
        help_text=_("用于登录，建议用姓名拼音；设定后不能修改"),
        validators=[
            RegexValidator(r"^[a-z0-9][a-z0-9._-]{2,39}$", _("3 至 40 个小写字母、数字、点、横线或下划线"))
        ],
    )
    name = forms.CharField(label=_("姓名"), max_length=50)
    full_time = forms.TypedChoiceField(
        label=_("专职或兼职"),
        choices=[("full", _("专职")), ("part", _("兼职"))],
        coerce="full".__eq__,
        initial="full",
    )

    field_order = ["username", "name", "full_time", "role", "office", "starts_on", "ends_on"]

    def clean_username(self) -> str:
        username: str = self.cleaned_data["username"]
        if User.objects.filter(username=username).exists():
            raise forms.ValidationError(_("这个用户名已有人使用"))
        return username


class TokenForm(forms.ModelForm):
    """A key for a machine."""

    office = OfficeField(label=_("机构"), queryset=None, help_text=_("只能查看该机构及下级的数据"))
    days = forms.IntegerField(label=_("有效天数"), min_value=1, max_value=90, initial=90)

    class Meta:
        model = ApiToken
        fields = ["name", "office"]
        help_texts = {"name": _("例如：市大数据平台每日取数")}

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_offices(self, actor, Permission.SYSTEM_MANAGE)
