"""Pages of proposals: the list, the task list with its pages, the proposal, its versions, answers and the check."""

from django.urls import path

from frontend.views.proposals import answering, drafting, joining, parts, reading

urlpatterns = [
    path("proposals/", reading.listed, name="proposals"),
    path("proposals/new/", drafting.new, name="proposal_new"),
    path("proposals/<uuid:pk>/", reading.proposal, name="proposal"),
    path("proposals/<uuid:pk>/edit/", drafting.edit, name="proposal_edit"),
    path("proposals/<uuid:pk>/edit/team/", parts.team, name="proposal_team"),
    path("proposals/<uuid:pk>/edit/team/<uuid:member>/remove/", parts.remove_member, name="proposal_member_remove"),
    path("proposals/<uuid:pk>/edit/team/<uuid:member>/role/", parts.change_role, name="proposal_member_role"),
    path("proposals/<uuid:pk>/edit/legs/", parts.legs, name="proposal_legs"),
    path("proposals/<uuid:pk>/edit/legs/new/", parts.leg, name="proposal_leg_new"),
    path("proposals/<uuid:pk>/edit/legs/<uuid:leg>/", parts.leg, name="proposal_leg"),
    path("proposals/<uuid:pk>/edit/legs/<uuid:leg>/remove/", parts.remove_leg, name="proposal_leg_remove"),
    path("proposals/<uuid:pk>/edit/legs/<uuid:leg>/up/", parts.raise_leg, name="proposal_leg_up"),
    path("proposals/<uuid:pk>/edit/files/", parts.files, name="proposal_files"),
    path("proposals/<uuid:pk>/edit/files/<uuid:file>/remove/", parts.remove_file, name="proposal_file_remove"),
    path("proposals/<uuid:pk>/edit/form/<str:section>/", drafting.form, name="proposal_form"),
    path("proposals/<uuid:pk>/edit/points/<uuid:point>/", drafting.mend, name="proposal_mend"),
    path("proposals/<uuid:pk>/edit/<slug:name>/", drafting.section, name="proposal_section"),
    path("proposals/<uuid:pk>/check-answers/", drafting.answers, name="proposal_answers"),
    path("proposals/<uuid:pk>/files/<uuid:file>/", reading.file, name="proposal_file"),
    path("proposals/<uuid:pk>/versions/<int:number>/", reading.version, name="proposal_version"),
    path("proposals/<uuid:pk>/versions/<int:number>/changes/", reading.changes, name="proposal_changes"),
    path("proposals/<uuid:pk>/confirm/", answering.confirm, name="proposal_confirm"),
    path("proposals/<uuid:pk>/check/", answering.check, name="proposal_check"),
    path("proposals/<uuid:pk>/checks/<uuid:check>/waive/", answering.waive, name="proposal_waive"),
    path("proposals/<uuid:pk>/do/<slug:move>/", answering.move, name="proposal_move"),
    path("proposals/<uuid:pk>/versions/<int:number>.pdf", reading.pdf, name="proposal_pdf"),
    path("proposals/invitations/<uuid:member>/", joining.answer, name="proposal_join"),
    path("invitations/<str:token>/", joining.invitation, name="proposal_invitation"),
]
