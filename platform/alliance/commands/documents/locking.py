"""A document owns the order of its versions, so it is locked before any of them."""

from alliance.models import Document, DocumentVersion


def locked_document(document: Document) -> Document:
    return Document.objects.select_for_update(of=("self",)).select_related("alliance").get(pk=document.pk)


def locked_version(version: DocumentVersion) -> DocumentVersion:
    """The version as it stands now, its document locked before it."""
    document = locked_document(version.document)
    row = DocumentVersion.objects.select_for_update().get(pk=version.pk)
    row.document = document
    return row
