"""`manage.py messages`: brings the catalogues of all languages up to date, checks or compiles them."""

from django.core.management.base import BaseCommand, CommandError, CommandParser

from config import translations


class Command(BaseCommand):
    help = "Collects marked texts into frontend/locale/*/LC_MESSAGES/django.po and compiles the catalogues."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        only = parser.add_mutually_exclusive_group()
        only.add_argument("--check", action="store_true", help="change nothing; fail when a translation is missing")
        only.add_argument("--compile", dest="compile_only", action="store_true", help="only compile what changed")

    def handle(self, *, check: bool, compile_only: bool, **_: object) -> None:
        if check:
            found = {language: translations.problems(language) for language in translations.languages()}
            for language, sentences in found.items():
                for sentence in sentences:
                    self.stdout.write(f"{language}: {sentence}")
            if any(found.values()):
                counts = ", ".join(f"{language} {len(each)}" for language, each in found.items() if each)
                raise CommandError(f"Catalogues are incomplete ({counts}); `manage.py messages` brings new texts in.")
            return
        if not compile_only:
            for language in translations.languages():
                translations.update(language)
                self.stdout.write(f"{translations.source(language)}: {len(translations.problems(language))} to do")
        translations.compile_stale()
