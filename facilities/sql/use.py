"""Use in bulk: lines of a site's own accounting, by COPY."""

# Use comes in hundreds of thousands of lines: COPY takes 188,000 in seconds, row by row inserts take minutes. What is
# known already stays as it is, so that an interrupted import is simply run again.
SESSION_COLUMNS = """
    id, created_at, updated_at, instrument_id, booking_id, team_id, person_label, organisation_id, country, mode,
    starts_at, ends_at, unit, units, lost_units, lost_cause, note, source, external_id, is_demo
"""
INCOMING_SESSIONS = """
    create temporary table incoming_session (like facilities_session including defaults) on commit drop
"""
COPY_SESSIONS = f"copy incoming_session ({SESSION_COLUMNS}) from stdin"
TAKE_SESSIONS = f"""
    insert into facilities_session ({SESSION_COLUMNS}) select {SESSION_COLUMNS} from incoming_session
    on conflict (source, external_id) where external_id <> '' do nothing
    returning instrument_id
"""
FORGET_INCOMING = "drop table incoming_session"
