"""The news of an alliance as an Atom feed in each language (RFC 4287)."""

from urllib.parse import urljoin

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from alliance.models import Alliance
from alliance.queries import news_published
from core.names import local
from frontend.feeds import atom
from frontend.written import html

MOST = 30


@require_GET
def news(request: HttpRequest, slug: str, language: str) -> HttpResponse:
    """The latest news; what is not published yet, under embargo or withdrawn is not in it."""
    alliance = get_object_or_404(Alliance, slug=slug)
    if language not in dict(settings.LANGUAGES):
        raise Http404
    with translation.override(language):
        title = _("News of %(name)s") % {"name": local(alliance, "name")}
        feed = atom(request, alliance, language, title, reverse("news"))
        for item in news_published(alliance)[:MOST]:
            feed.add_item(
                title=local(item, "title"),
                link=urljoin(settings.PUBLIC_URL, reverse("news_item", args=[item.slug])),
                description=html(local(item, "body")),
                unique_id=f"urn:uuid:{item.pk}",
                pubdate=item.published_at,
                updateddate=item.updated_at,
                categories=[str(item.get_section_display())],
            )
    response = HttpResponse(content_type=feed.content_type)
    feed.write(response, "utf-8")
    return response


urlpatterns = [path("feeds/<slug:slug>/news.<str:language>.atom", news, name="news_feed")]
