"""Pages of joint programmes, and the public section about them."""

from django.urls import path

from frontend.views.programs import (
    answering,
    editing,
    evaluating,
    industry,
    nodes,
    opportunities,
    outcomes,
    reading,
    together,
)

urlpatterns = [
    path("cooperation/", reading.cooperation, name="cooperation"),
    path("cooperation/portfolio/", reading.portfolio, name="portfolio"),
    path("cooperation/<str:number>/", reading.cooperation_program, name="cooperation_program"),
    path("programs/", reading.programs, name="programs"),
    path("programs/new/", editing.new, name="program_new"),
    path("programs/<uuid:pk>/", reading.program, name="program"),
    path("programs/<uuid:pk>/bookings/", reading.bookings, name="program_bookings"),
    path("programs/<uuid:pk>/progress/", reading.progress, name="program_progress"),
    path("programs/<uuid:pk>/together/", together.together, name="program_together"),
    path("programs/<uuid:pk>/nodes/", nodes.nodes, name="program_nodes"),
    path("programs/<uuid:pk>/nodes.csv", nodes.nodes_file, name="program_nodes_file"),
    path("nodes/<uuid:pk>/<slug:do>/", nodes.node_act, name="node_act"),
    path("programs/<uuid:pk>/history/", reading.history, name="program_history"),
    path("programs/<uuid:pk>/time.csv", reading.time_file, name="program_time_file"),
    path("programs/<uuid:pk>/edit/", editing.edit, name="program_edit"),
    path("programs/<uuid:pk>/edit/<slug:name>/", editing.section, name="program_section"),
    path("programs/<uuid:pk>/answers/", editing.answers, name="program_answers"),
    path("programs/<uuid:pk>/team/", editing.team, name="program_team"),
    path("programs/<uuid:pk>/team/add/", editing.add_member, name="program_member_add"),
    path("programs/<uuid:pk>/team/<uuid:person>/remove/", editing.remove_member, name="program_member_remove"),
    path("programs/<uuid:pk>/confirm/", answering.confirm, name="program_confirm"),
    path("programs/<uuid:pk>/decide/", answering.decide, name="program_decide"),
    path("stays/<uuid:pk>/<slug:move>/", together.stay_move, name="stay_move"),
    path("enrolments/<uuid:pk>/result/", together.enrolment_result, name="enrolment_result"),
    path("trainings/", together.trainings, name="trainings"),
    path("trainings/<uuid:pk>/place/", together.training_place, name="training_place"),
    path("programs/<uuid:pk>/evaluation/", evaluating.evaluation, name="program_evaluation"),
    path("programs/<uuid:pk>/do/<slug:move>/", answering.move, name="program_move"),
    *opportunities.urlpatterns,
    *industry.urlpatterns,
    *outcomes.urlpatterns,
]
