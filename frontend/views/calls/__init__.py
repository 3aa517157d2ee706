"""Pages of calls for visitors, and of their offices."""

from django.urls import path

from frontend.views.calls import afterwards, legs, office, panels, public, questionnaires, reviews, rounds, standing

urlpatterns = [
    path("calls/", public.calls, name="calls"),
    path("calls/deadlines.ics", public.deadlines_file, name="call_deadlines"),
    path("calls/<slug:slug>/", public.call, name="call"),
    path("calls/<slug:slug>.ics", public.call_file, name="call_file"),
    path("office/calls/", office.calls, name="office_calls"),
    path("office/calls/new/", office.new, name="office_call_new"),
    path("office/calls/<uuid:pk>/", office.call, name="office_call"),
    path("office/calls/<uuid:pk>/edit/<slug:name>/", office.section, name="office_call_section"),
    path("office/calls/<uuid:pk>/do/<slug:move>/", office.move, name="office_call_move"),
    path("office/calls/<uuid:pk>/forward/<slug:stage>/", office.forward, name="office_call_forward"),
    path("office/calls/<uuid:pk>/reopen-one/", office.reopen_one, name="office_call_reopen_one"),
    path("office/calls/<uuid:pk>/reopen/", office.reopen, name="office_call_reopen"),
    path("office/questionnaires/", questionnaires.questionnaires, name="questionnaires"),
    path("office/questionnaires/<uuid:pk>/", questionnaires.questionnaire, name="questionnaire"),
    path("office/questionnaires/<uuid:pk>/sections/new/", questionnaires.section, name="section_new"),
    path("office/questionnaires/<uuid:pk>/sections/<str:section>/", questionnaires.section, name="section"),
    path("office/questionnaires/<uuid:pk>/ask/<str:section>/new/", questionnaires.question, name="question_new"),
    path("office/questionnaires/<uuid:pk>/ask/<str:section>/<str:key>/", questionnaires.question, name="question"),
    path("office/questionnaires/<uuid:pk>/arrange/", questionnaires.arrange, name="questionnaire_arrange"),
    path("office/questionnaires/<uuid:pk>/freeze/", questionnaires.freeze, name="questionnaire_freeze"),
    path("office/questionnaires/<uuid:pk>/preview/", questionnaires.preview, name="questionnaire_preview"),
    path(
        "office/questionnaires/<uuid:pk>/compare/<int:before>/<int:after>/",
        questionnaires.compare,
        name="questionnaire_compare",
    ),
    *rounds.urlpatterns,
    *panels.urlpatterns,
    *reviews.urlpatterns,
    *legs.urlpatterns,
    *afterwards.urlpatterns,
    *standing.urlpatterns,
]
