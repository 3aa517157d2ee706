"""API of what a programme's people share: exchange stays, trainings with places, money, agreements."""

from typing import Any

from django.db.models import QuerySet
from django.urls import path
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.queries import find_organisation
from core.api.views import ApiView, ListView
from core.errors import NotFound
from core.lookup import find
from programs.api.cooperation.reading import inside_of
from programs.commands.cooperation import agreements, exchange, money, training
from programs.models import Agreement, Enrolment, ExchangeStay, Training
from programs.permissions.cooperation import program_parties
from programs.permissions.exchange import stays_visible_to
from programs.queries.cooperation.listing import find_program
from programs.queries.cooperation.together import enrolments_of, money_of, stays_of, trainings_listed
from workflow.queries import people_at


class StayOut(serializers.ModelSerializer[ExchangeStay]):
    person = serializers.CharField(source="person.name")
    home = serializers.CharField(source="home.slug")
    host = serializers.CharField(source="host.slug")
    starts_on = serializers.DateField(source="period.lower")
    until = serializers.DateField(source="period.upper", help_text="the day after the last")

    class Meta:
        model = ExchangeStay
        fields = ["id", "person", "home", "host", "starts_on", "until", "purpose", "state"]


class StayIn(serializers.Serializer[Any]):
    email = serializers.EmailField(help_text="of an account here")
    home = serializers.CharField(help_text="id or slug")
    host = serializers.CharField(help_text="id or slug")
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(help_text="the last day")
    purpose = serializers.CharField(max_length=300)


class NoteIn(serializers.Serializer[Any]):
    note = serializers.CharField(required=False, allow_blank=True, default="")


class TrainingOut(serializers.ModelSerializer[Training]):
    program = serializers.CharField(source="program.number")
    organisation = serializers.CharField(source="organisation.slug")
    starts_on = serializers.DateField(source="days.lower")
    until = serializers.DateField(source="days.upper", help_text="the day after the last")
    taken = serializers.IntegerField()
    waiting = serializers.IntegerField()

    class Meta:
        model = Training
        fields = ["id", "program", "kind", "title", "text", "organisation", "starts_on", "until", "closes_on",
                  "capacity", "taken", "waiting"]  # fmt: skip


class TrainingIn(serializers.Serializer[Any]):
    title = serializers.CharField(max_length=200)
    kind = serializers.ChoiceField(choices=Training.Kind.choices, default=Training.Kind.TRAINING)
    text = serializers.CharField(required=False, allow_blank=True, default="")
    organisation = serializers.CharField(help_text="id or slug")
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(help_text="the last day")
    closes_on = serializers.DateField(required=False, allow_null=True)
    capacity = serializers.IntegerField(max_value=100_000)


class EnrolmentOut(serializers.ModelSerializer[Enrolment]):
    class Meta:
        model = Enrolment
        fields = ["id", "training", "seat", "state"]


class PlaceOut(EnrolmentOut):
    person = serializers.CharField(source="person.name")

    class Meta(EnrolmentOut.Meta):
        fields = [*EnrolmentOut.Meta.fields, "person"]


class AmountIn(serializers.Serializer[Any]):
    amount = serializers.DecimalField(max_digits=14, decimal_places=2)
    currency = serializers.CharField(max_length=3)
    rate = serializers.DecimalField(
        max_digits=16, decimal_places=8, required=False, help_text="1 of the currency in the programme's own; else 1"
    )
    booked_on = serializers.DateField()
    note = serializers.CharField(required=False, allow_blank=True, default="", max_length=300)


class ContributionIn(AmountIn):
    organisation = serializers.CharField(help_text="id or slug")
    in_kind = serializers.BooleanField(default=False)


class ExpenditureIn(AmountIn):
    category = serializers.CharField(max_length=120)


class BudgetLineIn(serializers.Serializer[Any]):
    category = serializers.CharField(max_length=120)
    planned = serializers.DecimalField(max_digits=14, decimal_places=2)


class BudgetIn(serializers.Serializer[Any]):
    currency = serializers.CharField(max_length=3)
    lines = BudgetLineIn(many=True)


class BudgetLineOut(serializers.Serializer[Any]):
    category = serializers.CharField(source="line.category")
    planned = serializers.DecimalField(max_digits=14, decimal_places=2, source="line.planned")
    spent = serializers.DecimalField(max_digits=14, decimal_places=2)


class BookedOut(serializers.Serializer[Any]):
    """An amount as it was paid, its rate of that day, and what it was worth in the programme's currency."""

    amount = serializers.DecimalField(max_digits=14, decimal_places=2)
    currency = serializers.CharField()
    rate = serializers.DecimalField(max_digits=16, decimal_places=8)
    worth = serializers.DecimalField(max_digits=20, decimal_places=2)
    booked_on = serializers.DateField()
    note = serializers.CharField()


class ContributionOut(BookedOut):
    organisation = serializers.CharField(source="organisation.slug")
    in_kind = serializers.BooleanField()


class ExpenditureOut(BookedOut):
    category = serializers.CharField(source="line.category")


class MoneyOut(serializers.Serializer[Any]):
    currency = serializers.CharField()
    lines = BudgetLineOut(many=True)
    planned = serializers.DecimalField(max_digits=14, decimal_places=2)
    spent = serializers.DecimalField(max_digits=14, decimal_places=2)
    cash = serializers.DecimalField(max_digits=14, decimal_places=2)
    in_kind = serializers.DecimalField(max_digits=14, decimal_places=2)
    contributions = ContributionOut(many=True)
    expenditures = ExpenditureOut(many=True, source="spendings")


class AgreementOut(serializers.ModelSerializer[Agreement]):
    class Meta:
        model = Agreement
        fields = ["id", "number", "reference", "signed_on", "valid_from", "valid_until", "notice_days"]


class AgreementIn(serializers.ModelSerializer[Agreement]):
    class Meta:
        model = Agreement
        fields = ["reference", "signed_on", "valid_from", "valid_until", "notice_days"]


def read(form: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
    given = form(data=request.data)
    given.is_valid(raise_exception=True)
    return dict(given.validated_data)


class Stays(ListView):
    """Exchange stays of a programme that I may see; its leads plan more."""

    serializer_class = StayOut

    def get_queryset(self) -> QuerySet[ExchangeStay]:
        return stays_of(self.me, find_program(self.me, self.kwargs["key"]))

    def get(self, request: Request, key: str) -> Response:
        return self.page(self.get_queryset(), lambda row: StayOut(row).data)

    @extend_schema(request=StayIn, responses={201: StayOut})
    def post(self, request: Request, key: str) -> Response:
        told = read(StayIn, request)
        [person] = people_at([told.pop("email")])
        told |= {name: find_organisation(told[name]) for name in ("home", "host")}
        stay = exchange.plan_stay(find_program(self.me, key), person, told.pop("host"), by=self.me, **told)
        return Response(StayOut(stay).data, status=201)


class StayMove(ApiView):
    """`confirm` for the host, `cancel` with a reason."""

    @extend_schema(
        request=NoteIn,
        responses=StayOut,
        parameters=[OpenApiParameter("move", str, "path", enum=["confirm", "cancel"])],
    )
    def post(self, request: Request, key: str, move: str) -> Response:
        stay = find(stays_visible_to(self.me), key)
        commands = {"confirm": exchange.confirm_stay, "cancel": exchange.cancel_stay}
        if move not in commands:
            raise NotFound()
        return Response(StayOut(commands[move](stay, by=self.me, **read(NoteIn, request))).data)


class Trainings(ListView):
    """Trainings, workshops, forums and scholarships, the latest first."""

    serializer_class = TrainingOut

    def get_queryset(self) -> QuerySet[Training]:
        return trainings_listed(self.me, kind=self.request.query_params.get("kind", ""))

    @extend_schema(parameters=[OpenApiParameter("kind", str, enum=list(Training.Kind.values))])
    def get(self, request: Request) -> Response:
        return self.page(self.get_queryset(), lambda row: TrainingOut(row).data)


class TrainingsOf(ApiView):
    """The leads of a programme offer a training."""

    @extend_schema(request=TrainingIn, responses={201: TrainingOut})
    def post(self, request: Request, key: str) -> Response:
        told = read(TrainingIn, request)
        told["organisation"] = find_organisation(told["organisation"])
        made = training.offer_training(find_program(self.me, key), by=self.me, **told)
        return Response(TrainingOut(find(trainings_listed(self.me), made.pk)).data, status=201)


class Enrol(ApiView):
    """Take a place in a training, or the next on its waiting list; DELETE gives it back."""

    @extend_schema(request=None, responses={201: EnrolmentOut})
    def post(self, request: Request, key: str) -> Response:
        return Response(EnrolmentOut(training.enrol(find(trainings_listed(self.me), key), by=self.me)).data, status=201)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, key: str) -> Response:
        own = Enrolment.objects.filter(person=self.me, training=find(trainings_listed(self.me), key)).first()
        if own is None:
            raise NotFound()
        training.withdraw_enrolment(own, by=self.me)
        return Response(status=204)


class Places(ApiView):
    """Who has a place in a training of a programme that one leads, and who waits."""

    @extend_schema(responses=PlaceOut(many=True))
    def get(self, request: Request, key: str) -> Response:
        return Response(PlaceOut(enrolments_of(training_led(self.me, key)), many=True).data)


class Result(ApiView):
    """The lead records what came of a place: `attend`, `pass` or `miss`."""

    @extend_schema(
        request=None,
        responses=PlaceOut,
        parameters=[OpenApiParameter("result", str, "path", enum=["attend", "pass", "miss"])],
    )
    def post(self, request: Request, key: str, enrolment: str, result: str) -> Response:
        place = find(enrolments_of(training_led(self.me, key)), enrolment)
        return Response(PlaceOut(training.record_result(place, result, by=self.me)).data)


def training_led(user: Any, key: str) -> Training:
    """A training of a programme that a person leads. Raises NotFound: who comes is nobody else's to see."""
    found = find(trainings_listed(user), key)
    if "lead" not in program_parties(user, found.program):
        raise NotFound()
    return found


class ProgramMoney(ApiView):
    """Budget, contributions and spending of a programme, for its people; PUT plans the budget."""

    @extend_schema(responses=MoneyOut)
    def get(self, request: Request, key: str) -> Response:
        return Response(MoneyOut(money_of(inside_of(self.me, key))).data)

    @extend_schema(request=BudgetIn, responses=MoneyOut)
    def put(self, request: Request, key: str) -> Response:
        told = read(BudgetIn, request)
        planned = {row["category"]: row["planned"] for row in told["lines"]}
        program = money.plan_budget(inside_of(self.me, key), told["currency"], planned, by=self.me)
        return Response(MoneyOut(money_of(program)).data)


class Contributions(ApiView):
    """A partner's contribution is booked."""

    @extend_schema(request=ContributionIn, responses={201: MoneyOut})
    def post(self, request: Request, key: str) -> Response:
        told, program = read(ContributionIn, request), inside_of(self.me, key)
        partner, in_kind = find_organisation(told.pop("organisation")), told.pop("in_kind")
        money.book_contribution(program, partner, money.Amount(**told), by=self.me, in_kind=in_kind)
        return Response(MoneyOut(money_of(program)).data, status=201)


class Expenditures(ApiView):
    """Money spent on a line of the budget is booked."""

    @extend_schema(request=ExpenditureIn, responses={201: MoneyOut})
    def post(self, request: Request, key: str) -> Response:
        told, program = read(ExpenditureIn, request), inside_of(self.me, key)
        line = program.budget.filter(category=told.pop("category")).first()
        if line is None:
            raise NotFound()
        money.book_expenditure(line, money.Amount(**told), by=self.me)
        return Response(MoneyOut(money_of(program)).data, status=201)


class Agreements(ApiView):
    """Signed versions of the programme's agreement, the latest first; the secretariat records one."""

    @extend_schema(responses=AgreementOut(many=True))
    def get(self, request: Request, key: str) -> Response:
        return Response(AgreementOut(inside_of(self.me, key).agreements.all(), many=True).data)

    @extend_schema(request=AgreementIn, responses={201: AgreementOut})
    def post(self, request: Request, key: str) -> Response:
        made = agreements.record_agreement(inside_of(self.me, key), by=self.me, **read(AgreementIn, request))
        return Response(AgreementOut(made).data, status=201)


urlpatterns = [
    path("programs/<str:key>/stays", Stays.as_view()),
    path("stays/<str:key>/<str:move>", StayMove.as_view()),
    path("trainings", Trainings.as_view()),
    path("trainings/<str:key>/enrolment", Enrol.as_view()),
    path("trainings/<str:key>/enrolments", Places.as_view()),
    path("trainings/<str:key>/enrolments/<str:enrolment>/<str:result>", Result.as_view()),
    path("programs/<str:key>/trainings", TrainingsOf.as_view()),
    path("programs/<str:key>/money", ProgramMoney.as_view()),
    path("programs/<str:key>/contributions", Contributions.as_view()),
    path("programs/<str:key>/expenditures", Expenditures.as_view()),
    path("programs/<str:key>/agreements", Agreements.as_view()),
]
