CREATE TABLE account (
    id BIGSERIAL NOT NULL,
    key TEXT NOT NULL,
    active BOOLEAN NOT NULL,
    secret TEXT NOT NULL,
    old_secret TEXT,
    old_until BIGINT,
    pause TEXT,
    pauses INTEGER DEFAULT '0' NOT NULL,
    last_pause TEXT,
    paused_at BIGINT,
    probe_at BIGINT,
    watermark BIGINT,
    credits FLOAT,
    polled_at BIGINT,
    called_back_at BIGINT,
    CONSTRAINT pk_account PRIMARY KEY (id),
    CONSTRAINT uq_account_key UNIQUE (key)
);
CREATE TABLE counter (
    name TEXT NOT NULL,
    value BIGINT NOT NULL,
    CONSTRAINT pk_counter PRIMARY KEY (name)
);
CREATE TABLE cursor (
    platform TEXT NOT NULL,
    cursor TEXT NOT NULL,
    CONSTRAINT pk_cursor PRIMARY KEY (platform)
);
CREATE TABLE event (
    platform TEXT NOT NULL,
    event_id TEXT NOT NULL,
    seen_at BIGINT NOT NULL,
    CONSTRAINT pk_event PRIMARY KEY (platform, event_id)
);
CREATE TABLE team (
    id BIGSERIAL NOT NULL,
    name TEXT NOT NULL,
    CONSTRAINT pk_team PRIMARY KEY (id),
    CONSTRAINT uq_team_name UNIQUE (name)
);
CREATE TABLE optout (
    account_id BIGINT NOT NULL,
    number TEXT NOT NULL,
    source TEXT NOT NULL,
    at BIGINT NOT NULL,
    CONSTRAINT pk_optout PRIMARY KEY (account_id, number),
    CONSTRAINT fk_optout_account_id FOREIGN KEY(account_id) REFERENCES account (id)
);
CREATE TABLE phone (
    id BIGSERIAL NOT NULL,
    name TEXT NOT NULL,
    account_id BIGINT NOT NULL,
    active BOOLEAN NOT NULL,
    place INTEGER DEFAULT '0' NOT NULL,
    short_number BOOLEAN NOT NULL,
    prefix TEXT NOT NULL,
    plain_text BOOLEAN NOT NULL,
    on_uncertain TEXT NOT NULL,
    expires_after BIGINT NOT NULL,
    stop_clause BOOLEAN NOT NULL,
    CONSTRAINT pk_phone PRIMARY KEY (id),
    CONSTRAINT uq_phone_name UNIQUE (name),
    CONSTRAINT fk_phone_account_id FOREIGN KEY(account_id) REFERENCES account (id)
);
CREATE TABLE stop_hint (
    account_id BIGINT NOT NULL,
    number TEXT NOT NULL,
    due_at BIGINT NOT NULL,
    tries INTEGER DEFAULT '0' NOT NULL,
    CONSTRAINT pk_stop_hint PRIMARY KEY (account_id, number),
    CONSTRAINT fk_stop_hint_account_id FOREIGN KEY(account_id) REFERENCES account (id)
);
CREATE INDEX stop_hint_due ON stop_hint (due_at);
CREATE TABLE phone_slug (
    slug TEXT NOT NULL,
    phone_id BIGINT NOT NULL,
    CONSTRAINT pk_phone_slug PRIMARY KEY (slug),
    CONSTRAINT fk_phone_slug_phone_id FOREIGN KEY(phone_id) REFERENCES phone (id)
);
CREATE TABLE room (
    id BIGSERIAL NOT NULL,
    account_id BIGINT NOT NULL,
    phone_id BIGINT NOT NULL,
    team_id BIGINT NOT NULL,
    state TEXT NOT NULL,
    source TEXT NOT NULL,
    sends TEXT NOT NULL,
    hold BIGINT NOT NULL,
    language TEXT NOT NULL,
    timezone TEXT NOT NULL,
    prefix TEXT,
    CONSTRAINT pk_room PRIMARY KEY (id),
    CONSTRAINT fk_room_account_id FOREIGN KEY(account_id) REFERENCES account (id),
    CONSTRAINT fk_room_phone_id FOREIGN KEY(phone_id) REFERENCES phone (id),
    CONSTRAINT fk_room_team_id FOREIGN KEY(team_id) REFERENCES team (id)
);
CREATE INDEX room_account ON room (account_id);
CREATE TABLE message (
    id BIGSERIAL NOT NULL,
    room_id BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    phone_id BIGINT NOT NULL,
    platform TEXT NOT NULL,
    address TEXT NOT NULL,
    ref TEXT NOT NULL,
    person_platform TEXT NOT NULL,
    person_id TEXT NOT NULL,
    person_name TEXT NOT NULL,
    text TEXT,
    written_at BIGINT NOT NULL,
    round INTEGER DEFAULT '1' NOT NULL,
    round_at BIGINT NOT NULL,
    is_list BOOLEAN NOT NULL,
    CONSTRAINT pk_message PRIMARY KEY (id),
    CONSTRAINT fk_message_room_id FOREIGN KEY(room_id) REFERENCES room (id),
    CONSTRAINT fk_message_account_id FOREIGN KEY(account_id) REFERENCES account (id),
    CONSTRAINT fk_message_phone_id FOREIGN KEY(phone_id) REFERENCES phone (id)
);
CREATE INDEX message_ref ON message (platform, address, ref);
CREATE TABLE post (
    id BIGSERIAL NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    room_id BIGINT NOT NULL,
    platform TEXT NOT NULL,
    round INTEGER DEFAULT '1' NOT NULL,
    params TEXT NOT NULL,
    reply_to TEXT,
    buttons TEXT NOT NULL,
    pinned BOOLEAN NOT NULL,
    state TEXT NOT NULL,
    remote TEXT,
    attempt INTEGER DEFAULT '0' NOT NULL,
    uncertain BOOLEAN NOT NULL,
    revision INTEGER DEFAULT '1' NOT NULL,
    shown_revision INTEGER DEFAULT '0' NOT NULL,
    due_at BIGINT,
    created_at BIGINT NOT NULL,
    CONSTRAINT pk_post PRIMARY KEY (id),
    CONSTRAINT uq_post_kind_subject_room_id_round UNIQUE (kind, subject, room_id, round),
    CONSTRAINT fk_post_room_id FOREIGN KEY(room_id) REFERENCES room (id)
);
CREATE INDEX post_due ON post (platform, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX post_queued ON post (room_id, id) WHERE state = 'queued';
CREATE INDEX post_in_flight ON post (room_id) WHERE state = 'sending';
CREATE INDEX post_remote ON post (room_id, remote);
CREATE INDEX post_suspended ON post (room_id) WHERE state = 'suspended';
CREATE TABLE room_address (
    platform TEXT NOT NULL,
    address TEXT NOT NULL,
    room_id BIGINT NOT NULL,
    current BOOLEAN NOT NULL,
    CONSTRAINT pk_room_address PRIMARY KEY (platform, address),
    CONSTRAINT fk_room_address_room_id FOREIGN KEY(room_id) REFERENCES room (id)
);
CREATE INDEX room_address_room ON room_address (room_id);
CREATE TABLE room_receiver (
    room_id BIGINT NOT NULL,
    number TEXT NOT NULL,
    place INTEGER NOT NULL,
    name TEXT,
    CONSTRAINT pk_room_receiver PRIMARY KEY (room_id, number),
    CONSTRAINT fk_room_receiver_room_id FOREIGN KEY(room_id) REFERENCES room (id)
);
CREATE TABLE job (
    id BIGSERIAL NOT NULL,
    message_id BIGINT NOT NULL,
    room_id BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    phone_id BIGINT NOT NULL,
    round INTEGER DEFAULT '1' NOT NULL,
    seq BIGINT NOT NULL,
    tag TEXT NOT NULL,
    text TEXT,
    text_hash TEXT,
    state TEXT NOT NULL,
    attempt INTEGER DEFAULT '0' NOT NULL,
    failures INTEGER DEFAULT '0' NOT NULL,
    owner TEXT,
    lease_until BIGINT,
    due_at BIGINT,
    expires_at BIGINT NOT NULL,
    submitted_at BIGINT,
    look INTEGER DEFAULT '0' NOT NULL,
    answered_at BIGINT,
    pull_at BIGINT,
    pull_again BIGINT,
    pull_step INTEGER DEFAULT '0' NOT NULL,
    reason TEXT,
    params TEXT NOT NULL,
    CONSTRAINT pk_job PRIMARY KEY (id),
    CONSTRAINT fk_job_message_id FOREIGN KEY(message_id) REFERENCES message (id),
    CONSTRAINT fk_job_room_id FOREIGN KEY(room_id) REFERENCES room (id),
    CONSTRAINT fk_job_account_id FOREIGN KEY(account_id) REFERENCES account (id),
    CONSTRAINT fk_job_phone_id FOREIGN KEY(phone_id) REFERENCES phone (id),
    CONSTRAINT uq_job_tag UNIQUE (tag)
);
CREATE INDEX job_due ON job (state, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX job_expires ON job (expires_at) WHERE state IN ('held', 'queued');
CREATE INDEX job_message ON job (message_id);
CREATE INDEX job_open ON job (state, phone_id, account_id) WHERE state IN ('held', 'queued', 'reconciling', 'submitting');
CREATE INDEX job_pull ON job (pull_at) WHERE pull_at IS NOT NULL;
CREATE INDEX job_queued ON job (account_id, seq) WHERE state = 'queued';
CREATE TABLE mark (
    message_id BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    platform TEXT NOT NULL,
    round INTEGER DEFAULT '1' NOT NULL,
    wanted TEXT,
    shown TEXT,
    shown_summary TEXT,
    ref TEXT,
    attempt INTEGER DEFAULT '0' NOT NULL,
    due_at BIGINT,
    claimed_until BIGINT,
    again_at BIGINT,
    CONSTRAINT pk_mark PRIMARY KEY (message_id),
    CONSTRAINT fk_mark_message_id FOREIGN KEY(message_id) REFERENCES message (id),
    CONSTRAINT fk_mark_account_id FOREIGN KEY(account_id) REFERENCES account (id)
);
CREATE INDEX mark_due ON mark (platform, due_at) WHERE due_at IS NOT NULL;
CREATE TABLE reply (
    id BIGSERIAL NOT NULL,
    account_id BIGINT NOT NULL,
    ovh_id BIGINT NOT NULL,
    state TEXT NOT NULL,
    tries INTEGER DEFAULT '0' NOT NULL,
    due_at BIGINT,
    named_at BIGINT NOT NULL,
    number TEXT,
    number_hash TEXT,
    sender_text TEXT NOT NULL,
    text TEXT,
    tag TEXT NOT NULL,
    received_at BIGINT,
    room_id BIGINT,
    message_id BIGINT,
    CONSTRAINT pk_reply PRIMARY KEY (id),
    CONSTRAINT uq_reply_account_id_ovh_id UNIQUE (account_id, ovh_id),
    CONSTRAINT fk_reply_account_id FOREIGN KEY(account_id) REFERENCES account (id),
    CONSTRAINT fk_reply_room_id FOREIGN KEY(room_id) REFERENCES room (id),
    CONSTRAINT fk_reply_message_id FOREIGN KEY(message_id) REFERENCES message (id)
);
CREATE INDEX reply_due ON reply (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX reply_waiting ON reply (account_id, id) WHERE state = 'waiting';
CREATE TABLE sms (
    id BIGSERIAL NOT NULL,
    job_id BIGINT NOT NULL,
    room_id BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    number TEXT,
    number_hash TEXT,
    name TEXT,
    state TEXT NOT NULL,
    cause TEXT,
    superseded BOOLEAN NOT NULL,
    changed_at BIGINT NOT NULL,
    CONSTRAINT pk_sms PRIMARY KEY (id),
    CONSTRAINT fk_sms_job_id FOREIGN KEY(job_id) REFERENCES job (id),
    CONSTRAINT fk_sms_room_id FOREIGN KEY(room_id) REFERENCES room (id),
    CONSTRAINT fk_sms_account_id FOREIGN KEY(account_id) REFERENCES account (id)
);
CREATE INDEX sms_job ON sms (job_id);
CREATE INDEX sms_number ON sms (account_id, number, seq);
CREATE INDEX sms_open ON sms (account_id, number, room_id, seq) WHERE state = 'pending';
CREATE TABLE remote (
    account_id BIGINT NOT NULL,
    ovh_id BIGINT NOT NULL,
    job_id BIGINT,
    sms_id BIGINT,
    state TEXT NOT NULL,
    cause TEXT,
    received_at BIGINT NOT NULL,
    CONSTRAINT pk_remote PRIMARY KEY (account_id, ovh_id),
    CONSTRAINT fk_remote_account_id FOREIGN KEY(account_id) REFERENCES account (id),
    CONSTRAINT fk_remote_job_id FOREIGN KEY(job_id) REFERENCES job (id),
    CONSTRAINT fk_remote_sms_id FOREIGN KEY(sms_id) REFERENCES sms (id)
);
CREATE INDEX remote_early ON remote (account_id, received_at) WHERE job_id IS NULL;
CREATE INDEX remote_job ON remote (job_id);
INSERT INTO counter (name, value) VALUES ('t0', 0);
