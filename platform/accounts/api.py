"""API of people and organisations: login, oneself, tokens, the public directory."""

from typing import Any

import django_filters
from allauth.account.adapter import get_adapter
from allauth.core import ratelimit
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import commands, queries
from accounts.models import Affiliation, ApiToken, Organisation, User
from accounts.roles import ROLES
from core.api.views import ApiView, ListView, Public
from core.errors import DomainError, TooMany
from core.names import LANGUAGES


class OrganisationOut(serializers.ModelSerializer[Organisation]):
    type = serializers.CharField(source="kind")

    class Meta:
        model = Organisation
        fields = [
            "id", "slug", "name", "name_local", "acronym", "type", "status", "ror_id", "country", "city", "latitude",
            "longitude", "website", "parent_id",
        ]  # fmt: skip


class AffiliationOut(serializers.ModelSerializer[Affiliation]):
    organisation = OrganisationOut()

    class Meta:
        model = Affiliation
        fields = ["id", "organisation", "position", "is_primary", "starts_on", "ends_on"]


class UserOut(serializers.ModelSerializer[User]):
    class Meta:
        model = User
        fields = ["id", "email", "name", "name_local", "orcid", "locale", "languages", "time_zone"]


class RoleOut(serializers.Serializer[Any]):
    role = serializers.CharField()
    label: Any = serializers.SerializerMethodField()
    scope_type = serializers.CharField()
    scope_id = serializers.UUIDField()

    def get_label(self, row: Any) -> str:
        return str(ROLES[row.role].label)


class MeOut(UserOut):
    affiliations = AffiliationOut(many=True)
    roles = serializers.SerializerMethodField()

    class Meta(UserOut.Meta):
        fields = [*UserOut.Meta.fields, "affiliations", "roles"]

    @extend_schema(responses=RoleOut(many=True))
    def get_roles(self, user: User) -> list[Any]:
        return list(RoleOut(queries.roles_of(user), many=True).data)


class MeIn(serializers.Serializer[Any]):
    name = serializers.CharField(required=False, max_length=200)
    name_local = serializers.CharField(required=False, allow_blank=True, max_length=200)
    orcid = serializers.CharField(required=False, allow_blank=True)
    locale = serializers.ChoiceField(required=False, choices=["en", "zh-hans"])
    languages = serializers.ListField(
        child=serializers.ChoiceField(choices=list(LANGUAGES)), required=False,
        help_text="that one speaks fluently, ISO 639-1",
    )  # fmt: skip
    time_zone = serializers.CharField(required=False)


class LoginIn(serializers.Serializer[Any]):
    email = serializers.EmailField()
    password = serializers.CharField(trim_whitespace=False)
    code = serializers.CharField(required=False, allow_blank=True, help_text="Second factor, where one is set up.")


class LoginOut(serializers.Serializer[Any]):
    token = serializers.CharField()
    expires_at = serializers.DateTimeField()
    user = UserOut()


class Login(Public, ApiView):
    """E-mail and password for a token, counted with the sign-ins on the pages (`ACCOUNT_RATE_LIMITS`)."""

    authentication_classes = ()

    @extend_schema(request=LoginIn, responses={200: LoginOut, 401: OpenApiResponse(description="Problem")})
    def post(self, request: Request) -> Response:
        given = LoginIn(data=request.data)
        given.is_valid(raise_exception=True)
        email = given.validated_data["email"].lower()
        if not ratelimit.consume(request._request, action="login", key=email):
            raise TooMany(_("Too many tries. Wait a minute."), 60)
        password = given.validated_data["password"]
        try:
            user = get_adapter().authenticate(request._request, email=email, password=password)
        except ValidationError as error:
            raise TooMany(_("Too many wrong tries. Wait five minutes."), 300) from error
        if not isinstance(user, User) or user.is_system:
            raise DomainError(_("E-mail or password is wrong."), "bad_credentials", status=401)
        _check_second_factor(request._request, user, given.validated_data.get("code", ""))
        token, text = commands.create_token(user, by=user, name="login", days=30)
        return Response(LoginOut({"token": text, "expires_at": token.expiry, "user": user}).data)


def _check_second_factor(request: HttpRequest, user: User, code: str) -> None:
    factors = list(Authenticator.objects.filter(user=user).exclude(type=Authenticator.Type.RECOVERY_CODES))
    if not factors:
        if queries.roles_of(user).filter(role__in=settings.SECOND_FACTOR_FOR).exists():
            message = _("Your role needs a second factor. Sign in on the pages and set one up.")
            raise DomainError(message, "second_factor_needed", status=403)
        return
    totp = [factor for factor in factors if factor.type == Authenticator.Type.TOTP]
    if not code:
        raise DomainError(_("Give the code of your second factor as well."), "second_factor_required", status=401)
    key = f"mfa-auth-user-{user.pk}"  # what the pages count wrong codes by
    if not ratelimit.consume(request, action="login_failed", key=key):
        raise TooMany(_("Too many wrong tries. Wait five minutes."), 300)
    if not any(TOTP(factor).validate_code(code) for factor in totp):
        raise DomainError(_("The code of your second factor is wrong."), "second_factor_wrong", status=401)
    ratelimit.clear(request, action="login_failed", key=key)


class Logout(ApiView):
    """Revokes the token that the request carries."""

    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request) -> Response:
        if isinstance(request.auth, ApiToken):
            commands.revoke_token(request.auth, by=self.me)
        return Response(status=204)


class TokenOut(serializers.ModelSerializer[ApiToken]):
    id = serializers.CharField(source="token_key")
    created_at = serializers.DateTimeField(source="created")
    expires_at = serializers.DateTimeField(source="expiry")

    class Meta:
        model = ApiToken
        fields = ["id", "name", "may_write", "created_at", "expires_at"]


class TokenIn(serializers.Serializer[Any]):
    name = serializers.CharField(required=False, allow_blank=True, max_length=100, default="")
    may_write = serializers.BooleanField(required=False, default=True)
    days = serializers.IntegerField(required=False, default=commands.TOKEN_DAYS)


class Tokens(ListView):
    """One's own tokens. The text of a new one is shown in this answer only."""

    ordering = ("-created", "digest")
    serializer_class = TokenOut

    def get_queryset(self) -> QuerySet[ApiToken]:
        if getattr(self, "swagger_fake_view", False):
            return ApiToken.objects.none()
        return ApiToken.objects.filter(user=self.me)

    def get(self, request: Request) -> Response:
        return self.page(self.get_queryset(), lambda row: TokenOut(row).data)

    @extend_schema(
        request=TokenIn,
        responses={
            201: inline_serializer("NewToken", {"token": serializers.CharField(), "id": serializers.CharField()})
        },
    )
    def post(self, request: Request) -> Response:
        given = TokenIn(data=request.data)
        given.is_valid(raise_exception=True)
        token, text = commands.create_token(self.me, by=self.me, **given.validated_data)
        return Response({**TokenOut(token).data, "token": text}, status=201)


class Token(ApiView):
    """Revoke one of one's own tokens."""

    @extend_schema(responses={204: None})
    def delete(self, request: Request, key: str) -> Response:
        commands.revoke_token(get_object_or_404(ApiToken, user=self.me, token_key=key), by=self.me)
        return Response(status=204)


class OrganisationFilter(django_filters.FilterSet):
    type = django_filters.CharFilter(field_name="kind")
    alliance = django_filters.CharFilter(method="of_alliance", label="slug of an alliance")
    search = django_filters.CharFilter(method="by_words", label="words of the name, acronym or city")

    class Meta:
        model = Organisation
        fields = ["country"]

    def of_alliance(self, rows: QuerySet[Organisation], _name: str, slug: str) -> QuerySet[Organisation]:
        return rows.filter(memberships__alliance__slug=slug, memberships__left_on=None)

    def by_words(self, rows: QuerySet[Organisation], _name: str, words: str) -> QuerySet[Organisation]:
        return queries.organisations_matching(rows, words)


class Organisations(Public, ListView):
    """The directory: every organisation but withdrawn records."""

    ordering = ("name", "id")
    serializer_class = OrganisationOut
    filterset_class = OrganisationFilter
    filter_backends = (django_filters.rest_framework.DjangoFilterBackend,)

    def get_queryset(self) -> QuerySet[Organisation]:
        return queries.organisations_listed()

    def get(self, request: Request) -> Response:
        return self.page(self.filter_queryset(self.get_queryset()), lambda row: OrganisationOut(row).data)


class OrganisationPage(Public, ApiView):
    """One organisation, by id or slug."""

    @extend_schema(responses=OrganisationOut)
    def get(self, request: Request, key: str) -> Response:
        return Response(OrganisationOut(queries.find_organisation(key)).data)


urlpatterns = [
    path("auth/login", Login.as_view()),
    path("auth/logout", Logout.as_view()),
    path("auth/tokens", Tokens.as_view()),
    path("auth/tokens/<str:key>", Token.as_view()),
    path("organisations", Organisations.as_view()),
    path("organisations/<str:key>", OrganisationPage.as_view()),
]
