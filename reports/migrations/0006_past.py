"""How rows were, from now on: the table of past rows, and the triggers that write it for every table that figures read."""

from django.db import migrations, models

from core.creation import AtOnce

FUNCTIONS = """
create function reports_note_change() returns trigger language plpgsql as $$
begin
    insert into reports_past (relation, key, at, was)
    select tg_table_name, to_jsonb(o) ->> tg_argv[0], clock_timestamp(), to_jsonb(o) - string_to_array(tg_argv[1], ' ')
    from old_rows o;
    return null;
end $$;

create function reports_note_insert() returns trigger language plpgsql as $$
begin
    insert into reports_past (relation, key, at)
    select tg_table_name, to_jsonb(n) ->> tg_argv[0], clock_timestamp() from new_rows n;
    return null;
end $$;

-- A row says itself when it was made; noted is only one that says it was long ago, as imported ones do.
create function reports_note_late_insert() returns trigger language plpgsql as $$
begin
    insert into reports_past (relation, key, at)
    select tg_table_name, to_jsonb(n) ->> tg_argv[0], clock_timestamp() from new_rows n
    where n.created_at < clock_timestamp() - interval '1 minute';
    return null;
end $$;

-- Keeps the changes of a table from now on, without the columns named (divided by blanks).
create function reports_keep(relation regclass, key text, dated boolean, left_out text) returns void
language plpgsql as $$
declare noted text := case when dated then 'reports_note_late_insert' else 'reports_note_insert' end;
begin
    execute format('create trigger reports_keep_insert after insert on %s referencing new table as new_rows'
        ' for each statement execute function %I(%L, %L)', relation, noted, key, left_out);
    execute format('create trigger reports_keep_change after update on %s referencing old table as old_rows'
        ' for each statement execute function reports_note_change(%L, %L)', relation, key, left_out);
    execute format('create trigger reports_keep_delete after delete on %s referencing old table as old_rows'
        ' for each statement execute function reports_note_change(%L, %L)', relation, key, left_out);
    execute format('comment on trigger reports_keep_change on %s is %L', relation, clock_timestamp());
end $$;
"""

KEPT = {
    "accounts_organisation": ("id", "true", "ror_id external_ids city website legal_entity_name source"),
    "accounts_affiliation": ("id", "true", "position"),
    "alliance_alliance": ("id", "true", "purpose purpose_zh seat seat_zh website contact_email"),
    "alliance_classrights": ("id", "true", ""),
    "alliance_membership": ("id", "true", "source"),
    "alliance_membershipchange": ("id", "true", "reason"),
    "alliance_membershipapplication": ("id", "true", "motivation facilities_offered head_name head_email visit_report signed_by"),
    "alliance_meeting": ("id", "true", "venue link quorum_result source"),
    "alliance_attendance": ("id", "true", "name"),
    "alliance_body": ("id", "true", "seat seat_zh source"),
    "alliance_ballot": ("id", "true", "public_key key result"),
    "alliance_motion": ("id", "true", "text rule"),
    "alliance_resolution": ("id", "true", "text source"),
    "alliance_vote": ("id", "true", "sealed"),
    "alliance_voter": ("id", "true", "name"),
    "facilities_facility": ("id", "true", "city website description description_zh user_office_email source external_id"),
    "facilities_instrument": ("id", "true", "description pidinst mode_minutes source"),
    "facilities_booking": ("id", "true", "title purpose organisation_label overrides source external_id"),
    "facilities_session": ("id", "true", "note source external_id"),
    "facilities_block": ("id", "true", "reason"),
    "facilities_person": ("id", "true", ""),
    "facilities_cycle": ("id", "true", ""),
    "facilities_downtime": ("id", "true", "note"),
    "facilities_team": ("id", "true", "source"),
    "facilities_ledgerentry": ("id", "true", "note"),
    "facilities_instrument_required_trainings": ("id", "false", ""),
    "facilities_instrument_techniques": ("id", "false", ""),
    "facilities_claim": ("id", "false", ""),
    "facilities_trainingrecord": ("id", "true", ""),
    "facilities_opentime": ("instrument_id", "false", ""),
    "facilities_openinghours": ("id", "true", ""),
    "facilities_openingexception": ("id", "true", "reason"),
    "facilities_correction": ("id", "true", "reason"),
    "facilities_cancellation": ("id", "true", "reason"),
    "facilities_allocation": ("id", "true", "on_hold conditions"),
    "programs_call": ("id", "true", "text text_zh contact settings"),
    "programs_proposal": ("id", "true", "public_title abstract science_case excluded_names"),
    "programs_leg": ("id", "true", "samples reason conditions"),
    "programs_program": ("id", "true", "summary source external_id"),
    "programs_proposalmember": ("id", "true", "email orcid"),
    "programs_budgetline": ("id", "true", ""),
    "programs_assessment": ("id", "true", "comment_to_applicant comment_to_management final_reason"),
    "programs_assessment_legs": ("id", "false", ""),
    "programs_training": ("id", "true", "text"),
    "programs_scorescale": ("id", "true", "bands"),
    "programs_review": ("id", "true", "comment_to_applicant comment_to_panel source external_id"),
    "programs_score": ("id", "true", ""),
    "programs_quotation": ("id", "true", "prices terms"),
    "programs_publication": ("id", "true", "container"),
    "programs_payment": ("id", "true", ""),
    "programs_partner": ("id", "true", "task"),
    "programs_panel": ("id", "true", ""),
    "programs_outcomelink": ("id", "true", ""),
    "programs_offer": ("id", "true", ""),
    "programs_milestone": ("id", "true", "evidence"),
    "programs_industrialrequest": ("id", "true", "company title question agreement"),
    "programs_feedback": ("id", "true", "text"),
    "programs_experimentreport": ("id", "true", "text explanation"),
    "programs_expenditure": ("id", "true", "note"),
    "programs_exchangestay": ("id", "true", "purpose"),
    "programs_enrolment": ("id", "true", ""),
    "programs_contribution": ("id", "true", "note"),
}
"""Table → its key, whether it says when it was made, and the columns that are not kept: free text and names beside
accounts, which no figure needs and which must be forgotten when a person is."""
KEEP = "select reports_keep('{}', '{}', {}, '{}');"


class Migration(AtOnce):

    dependencies = [
        ('accounts', '0001_initial'),
        ('alliance', '0001_initial'),
        ('facilities', '0002_open_time'),
        ('programs', '0001_initial'),
        ('reports', '0005_monthly_shares'),
    ]

    operations = [
        migrations.CreateModel(
            name='Past',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('relation', models.CharField(max_length=63)),
                ('key', models.CharField(max_length=40)),
                ('at', models.DateTimeField()),
                ('was', models.JSONField(null=True)),
            ],
            options={
                'ordering': ['id'],
                'indexes': [models.Index(fields=['relation', 'at'], name='past_of_relation')],
            },
        ),
        migrations.CreateModel(
            name='Rolled',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('instrument_id', models.UUIDField()),
                ('first', models.DateField(null=True)),
                ('until', models.DateField(null=True)),
                ('at', models.DateTimeField()),
            ],
            options={
                'ordering': ['id'],
                'indexes': [models.Index(fields=['at'], name='rolled_at')],
            },
        ),
        migrations.RunSQL(FUNCTIONS),
        migrations.RunSQL("".join(KEEP.format(table, *how) for table, how in KEPT.items())),
    ]
