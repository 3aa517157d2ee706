"""API of documents: everybody reads what is public, editors write versions and move them, organisations sign."""

from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse
from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Organisation
from alliance.api.changing import Patch, changed_record
from alliance.commands import documents
from alliance.commands.records import save_record
from alliance.models import Alliance, Document, DocumentVersion, Signature
from alliance.permissions.documents import PUBLISH, documents_visible_to, version_parties, versions_visible_to
from alliance.queries.documents import documents_listed, signers_of
from alliance.workflows.documents import VERSION
from core.api.views import ApiView, ListView, Public
from core.errors import NotFound
from core.files import download
from core.lookup import find, free_slug
from core.permissions import containers


class DocumentOut(serializers.ModelSerializer[Document]):
    alliance = serializers.CharField(source="alliance.slug", read_only=True)

    class Meta:
        model = Document
        fields = [
            "id", "alliance", "slug", "kind", "title", "title_zh", "summary", "summary_zh", "authors", "access",
            "event", "signed_by_members", "needs_resolution", "version",
        ]  # fmt: skip


class DocumentIn(serializers.ModelSerializer[Document]):
    alliance: Any = serializers.SlugRelatedField(queryset=Alliance.objects.all(), slug_field="slug")

    class Meta:
        model = Document
        fields = [
            "alliance", "kind", "title", "title_zh", "summary", "summary_zh", "authors", "access", "body", "event",
            "signed_by_members", "needs_resolution",
        ]  # fmt: skip


class DocumentPatch(Patch, serializers.ModelSerializer[Document]):
    class Meta:
        model = Document
        fields = ["version", *[name for name in DocumentIn.Meta.fields if name != "alliance"]]


class DocumentVersionOut(serializers.ModelSerializer[DocumentVersion]):
    """`moves` are what the reader may do now; `file` is where the file is saved from, empty without one."""

    adopted_by = serializers.CharField(source="adopted_by.reference", default="", read_only=True)
    moves = serializers.SerializerMethodField()
    file = serializers.SerializerMethodField()

    class Meta:
        model = DocumentVersion
        fields = [
            "id", "document", "number", "language", "state", "text", "note", "name", "mime", "size", "sha256", "file",
            "adopted_by", "adopted_on", "effective_from", "moves",
        ]  # fmt: skip

    def get_moves(self, row: DocumentVersion) -> list[str]:
        return [move.name for move in VERSION.open_moves(row.state, version_parties(self.context["user"], row))]

    def get_file(self, row: DocumentVersion) -> str:
        return f"/api/v1/document-versions/{row.pk}/file" if row.file else ""


class DocumentVersionIn(serializers.Serializer[Any]):
    text = serializers.CharField(required=False, allow_blank=True, default="")
    file = serializers.FileField(required=False, allow_null=True, default=None, allow_empty_file=True)
    language = serializers.CharField(required=False, default="en")
    note = serializers.CharField(required=False, allow_blank=True, default="")
    number = serializers.IntegerField(required=False, allow_null=True, default=None, help_text="empty: the next one")


class VersionPatch(serializers.Serializer[Any]):
    text = serializers.CharField(required=False, allow_blank=True)
    note = serializers.CharField(required=False, allow_blank=True)
    file = serializers.FileField(required=False, allow_empty_file=True)
    drop_file = serializers.BooleanField(required=False, default=False)


class VersionMoveIn(serializers.Serializer[Any]):
    note = serializers.CharField(required=False, allow_blank=True, default="")
    adopted_on = serializers.DateField(required=False, allow_null=True, default=None, help_text="adopt")
    effective_from = serializers.DateField(required=False, allow_null=True, default=None, help_text="adopt")


class DocumentSignatureOut(serializers.ModelSerializer[Signature]):
    organisation = serializers.CharField(source="organisation.slug")

    class Meta:
        model = Signature
        fields = ["organisation", "name", "signed_on", "method"]


class DocumentSignerOut(serializers.Serializer[Any]):
    """An organisation that signs; `signature` is null while it still has to."""

    organisation = serializers.CharField(source="organisation.slug")
    signature = DocumentSignatureOut(allow_null=True)


class DocumentSignIn(serializers.Serializer[Any]):
    organisation = serializers.CharField(help_text="id or slug")
    name = serializers.CharField()
    method = serializers.ChoiceField(Signature.Method.choices, default=Signature.Method.ELECTRONIC)
    signed_on = serializers.DateField(required=False, allow_null=True, default=None)


class Documents(Public, ListView):
    """Documents that the reader may see, by title."""

    serializer_class = DocumentOut
    ordering = ("title", "id")

    def get_queryset(self) -> QuerySet[Document]:
        given = self.request.query_params
        if "alliance" in given:
            alliances = Alliance.objects.filter(slug=given["alliance"])
        else:
            alliances = Alliance.objects.order_by("-is_main", "name", "id")[:1]
        found = alliances.first()
        if found is None:
            return Document.objects.none()
        return documents_listed(self.me, found, text=given.get("search", ""), kind=given.get("kind", ""))

    @extend_schema(
        parameters=[
            OpenApiParameter("alliance", str, description="slug; the main one by default"),
            OpenApiParameter("search", str, description="in titles, texts and files"),
            OpenApiParameter("kind", str, enum=Document.Kind.values),
        ]
    )
    def get(self, request: Request) -> Response:
        return self.page(self.get_queryset(), lambda row: DocumentOut(row).data)

    @extend_schema(request=DocumentIn, responses={201: DocumentOut})
    def post(self, request: Request) -> Response:
        given = DocumentIn(data=request.data)
        given.is_valid(raise_exception=True)
        alliance = find(containers(self.me, PUBLISH, Alliance.objects.all()), given.validated_data["alliance"].slug)
        row = Document(**{**given.validated_data, "alliance": alliance})
        row.slug = free_slug(Document.objects.filter(alliance=alliance), row.title)
        save_record(row, by=self.me)
        return Response(DocumentOut(row).data, status=201)


class OneDocument(Public, ApiView):
    """One document; PATCH changes what is said of it, never its versions."""

    @extend_schema(responses=DocumentOut)
    def get(self, request: Request, key: str) -> Response:
        return Response(DocumentOut(find(documents_visible_to(self.me), key)).data)

    @extend_schema(request=DocumentPatch, responses=DocumentOut)
    def patch(self, request: Request, key: str) -> Response:
        row = changed_record(DocumentPatch, find(documents_visible_to(self.me), key), request, by=self.me)
        return Response(DocumentOut(row).data)


class DocumentVersions(Public, ListView):
    """The versions of a document that the reader may see, the latest first; editors draft the next one."""

    serializer_class = DocumentVersionOut
    ordering = ("-number", "language", "id")
    parser_classes = [JSONParser, MultiPartParser]

    @extend_schema(responses=DocumentVersionOut(many=True))
    def get(self, request: Request, key: str) -> Response:
        rows = versions_visible_to(self.me).filter(document=find(documents_visible_to(self.me), key))
        return self.page(rows, lambda row: _version(self.me, row))

    @extend_schema(request=DocumentVersionIn, responses={201: DocumentVersionOut})
    def post(self, request: Request, key: str) -> Response:
        document = find(documents_visible_to(self.me), key)
        given = DocumentVersionIn(data=request.data)
        given.is_valid(raise_exception=True)
        row = documents.draft_version(document, by=self.me, **given.validated_data)
        return Response(_version(self.me, row), status=201)


class OneVersion(Public, ApiView):
    """One version; PATCH changes a draft."""

    parser_classes = [JSONParser, MultiPartParser]

    @extend_schema(responses=DocumentVersionOut)
    def get(self, request: Request, key: str) -> Response:
        return Response(_version(self.me, find(versions_visible_to(self.me), key)))

    @extend_schema(request=VersionPatch, responses=DocumentVersionOut)
    def patch(self, request: Request, key: str) -> Response:
        row, given = find(versions_visible_to(self.me), key), VersionPatch(data=request.data)
        given.is_valid(raise_exception=True)
        told = {"text": row.text, "note": row.note, **given.validated_data}
        return Response(_version(self.me, documents.edit_version(row, by=self.me, **told)))


class VersionFile(Public, ApiView):
    """The file of a version, as a download only."""

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    def get(self, request: Request, key: str) -> FileResponse:
        return download(find(versions_visible_to(self.me).filter(file__gt=""), key))


class VersionMove(ApiView):
    """`propose`, `revise` and `withdraw` by an editor, `adopt` where no resolution is needed."""

    @extend_schema(
        request=VersionMoveIn,
        responses=DocumentVersionOut,
        parameters=[OpenApiParameter("move", str, "path", enum=["propose", "revise", "withdraw", "adopt"])],
    )
    def post(self, request: Request, key: str, move: str) -> Response:
        row = find(versions_visible_to(self.me), key)
        given = VersionMoveIn(data=request.data)
        given.is_valid(raise_exception=True)
        asked = given.validated_data
        if move == "adopt":
            row = documents.adopt_by_editor(
                row, by=self.me, adopted_on=asked["adopted_on"], effective_from=asked["effective_from"]
            )
        else:
            row = documents.move_version(row, move, by=self.me, note=asked["note"])
        return Response(_version(self.me, row))


class VersionSignatures(Public, ApiView):
    """Who signed a version and who still has to; a POST signs for an organisation."""

    @extend_schema(responses=DocumentSignerOut(many=True))
    def get(self, request: Request, key: str) -> Response:
        version = find(versions_visible_to(self.me), key)
        if not (self.me.is_authenticated or version.document.signed_by_members):
            raise NotFound
        return Response(DocumentSignerOut(signers_of(version), many=True).data)

    @extend_schema(request=DocumentSignIn, responses={201: DocumentSignatureOut})
    def post(self, request: Request, key: str) -> Response:
        version = find(versions_visible_to(self.me), key)
        given = DocumentSignIn(data=request.data)
        given.is_valid(raise_exception=True)
        asked = given.validated_data
        organisation = find(Organisation.objects.order_by("id"), asked.pop("organisation"))
        signature = documents.sign_version(version, organisation, by=self.me, **asked)
        return Response(DocumentSignatureOut(signature).data, status=201)


def _version(user: Any, row: DocumentVersion) -> Any:
    return DocumentVersionOut(row, context={"user": user}).data


urlpatterns = [
    path("documents", Documents.as_view()),
    path("documents/<str:key>", OneDocument.as_view()),
    path("documents/<str:key>/versions", DocumentVersions.as_view()),
    path("document-versions/<str:key>", OneVersion.as_view()),
    path("document-versions/<str:key>/file", VersionFile.as_view()),
    path("document-versions/<str:key>/signatures", VersionSignatures.as_view()),
    path("document-versions/<str:key>/<str:move>", VersionMove.as_view()),
]
