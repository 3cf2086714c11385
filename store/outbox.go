package store

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"slices"
	"time"

	"relevo/handoff"
)

// record writes lines of history, whose values are those of eventColumns and perhaps more, and for each of them who is to be
// told outside of Slack. Every line of history is written here, so nobody misses one.
func record(ctx context.Context, tx db, ws int64, columns string, values []any) error {
	hear, err := hearers(ctx, tx, ws)
	if err != nil {
		return err
	}
	if len(hear) == 0 {
		return insert(ctx, tx, "events", columns, values, "")
	}
	var deliveries []any
	for row := range slices.Chunk(values, width(columns)) {
		var event struct {
			ID   int64  `db:"id"`
			Lead int64  `db:"lead_id"`
			Kind string `db:"kind"`
			At   int64  `db:"at"`
		}
		err := tx.get(ctx, &event, `INSERT INTO events (`+columns+`) VALUES (`+marks(len(row))+`) RETURNING id, lead_id, kind, at`, row...)
		if err != nil {
			return err
		}
		topic := handoff.EventKind(event.Kind).Topic()
		for _, e := range hear {
			if topic != "" && slices.Contains(e.Topics, topic) {
				deliveries = append(deliveries, ws, e.ID, rand.Text(), string(topic), event.Lead, event.ID, string(Waiting), event.At)
			}
		}
	}
	return insert(ctx, tx, "deliveries", `workspace_id, endpoint_id, key, topic, lead_id, event_id, state, created_at`, deliveries, "")
}

// hearers returns the endpoints of a workspace that are told of what happens.
func hearers(ctx context.Context, tx db, ws int64) (all []Endpoint, err error) {
	var rows []endpointRow
	err = tx.list(ctx, &rows, `SELECT id, topics FROM endpoints WHERE workspace_id = ? AND disabled_at = 0 ORDER BY id`, ws)
	for _, row := range rows {
		all = append(all, row.endpoint())
	}
	return all, err
}

// tellPosted lets endpoints be told that a message is in Slack, if it is a digest; once, however often it is posted.
func tellPosted(ctx context.Context, tx db, m Message) error {
	if m.Kind != KindDigest || m.Part != 0 {
		return nil
	}
	hear, err := hearers(ctx, tx, m.Workspace)
	if err != nil {
		return err
	}
	for _, e := range hear {
		if !slices.Contains(e.Topics, handoff.TopicDigest) {
			continue
		}
		_, err := tx.exec(ctx, `INSERT INTO deliveries (workspace_id, endpoint_id, key, topic, message_id, state, created_at)
			VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`, m.Workspace, e.ID, rand.Text(), string(handoff.TopicDigest), m.ID, string(Waiting), toMillis(m.Created))
		if err != nil {
			return err
		}
	}
	return nil
}

// eraseOutbox keeps of a lead that is erased the external ids, until those who are to forget the person too were told.
func eraseOutbox(ctx context.Context, tx db, l handoff.Lead, external []string) error {
	external = slices.DeleteFunc(external, buriedAlready)
	if _, err := tx.exec(ctx, `DELETE FROM crm_records WHERE lead_id = ?`, l.ID); err != nil || len(external) == 0 {
		return err
	}
	ids, err := json.Marshal(external)
	if err != nil {
		return err
	}
	_, err = tx.exec(ctx, `UPDATE deliveries SET external_ids = ? WHERE lead_id = ? AND topic = ? AND state = 'waiting'`, string(ids), l.ID, string(handoff.TopicErased))
	return err
}

// Told is what a delivery tells, as it is stored at the moment.
type Told struct {
	Lead        handoff.Lead
	ExternalIDs []string         // by which the lead came in
	Event       handoff.Event    // what happened
	Decision    handoff.Decision // that it was about; its ID is 0 when it was about none
	Standing    handoff.Decision // on the lead now; its ID is 0 when there is none
	Digest      Message          // of a digest, and nothing else then
}

// Told returns what a delivery tells. Of a lead that is erased it has no more than the number and the external ids.
func (s *Store) Told(ctx context.Context, d Delivery) (t Told, err error) {
	defer wrap(&err, "read delivery %d", d.ID)
	if d.MessageID != 0 {
		var row messageRow
		err := s.read.get(ctx, &row, `SELECT `+messageColumns+` FROM messages WHERE workspace_id = ? AND id = ?`, d.Workspace, d.MessageID)
		t.Digest = row.message()
		return t, err
	}
	var event eventRow
	err = s.read.get(ctx, &event, `SELECT kind, round, at, actor, source, campaign, reason, note FROM events WHERE workspace_id = ? AND id = ?`, d.Workspace, d.EventID)
	if err != nil {
		return Told{}, err
	}
	t.Event = event.event()
	decisions, err := s.Decisions(ctx, d.Workspace, d.LeadID)
	if err != nil {
		return Told{}, err
	}
	if err := s.read.list(ctx, &t.ExternalIDs, `SELECT external_id FROM events WHERE lead_id = ? AND external_id IS NOT NULL ORDER BY id`, d.LeadID); err != nil {
		return Told{}, err
	}
	if t.Lead, err = s.lead(ctx, s.read, `id = ?`, d.Workspace, d.LeadID); err != nil { // the last, so that an erasure is seen
		return Told{}, err
	}
	if t.Lead.State == handoff.Erased {
		t = Told{Lead: handoff.Lead{Number: t.Lead.Number, State: handoff.Erased}, Event: handoff.Event{Kind: t.Event.Kind, At: t.Event.At}}
		if d.externalIDs != "" {
			err = json.Unmarshal([]byte(d.externalIDs), &t.ExternalIDs)
		}
		return t, err
	}
	for _, of := range decisions {
		taken, back := of.At.Equal(t.Event.At), of.TakenBackAt.Equal(t.Event.At)
		if of.Round == t.Event.Round && (taken && decisionEvent(of).Kind == t.Event.Kind || back && t.Event.Kind == handoff.EventTakenBack) {
			t.Decision = of
		}
		if of.Round == t.Lead.Round && of.Stands() {
			t.Standing = of
		}
	}
	return t, nil
}

// EndpointState is an endpoint and what it is still to be told.
type EndpointState struct {
	Endpoint
	Waiting int
	Oldest  time.Time // of those that wait; zero when there is none
	Dead    int       // given up, conflicts too
}

type outboxRow struct {
	Waiting   int    `db:"waiting"`
	Oldest    millis `db:"oldest"`
	Dead      int    `db:"dead"`
	Conflicts int    `db:"conflicts"`
}

const outboxQuery = `SELECT count(*) FILTER (WHERE state = 'waiting') AS waiting, COALESCE(min(created_at) FILTER (WHERE state = 'waiting'), 0) AS oldest,
	count(*) FILTER (WHERE state = 'dead') AS dead, count(*) FILTER (WHERE state = 'conflict') AS conflicts FROM deliveries`

// EndpointStates returns a workspace's endpoints, oldest first, and what each is still to be told.
func (s *Store) EndpointStates(ctx context.Context, ws int64) (all []EndpointState, err error) {
	defer wrap(&err, "states of endpoints")
	endpoints, err := s.Endpoints(ctx, ws)
	if err != nil {
		return nil, err
	}
	for _, e := range endpoints {
		var row outboxRow
		if err := s.read.get(ctx, &row, outboxQuery+` WHERE endpoint_id = ?`, e.ID); err != nil {
			return nil, err
		}
		all = append(all, EndpointState{Endpoint: e, Waiting: row.Waiting, Oldest: row.Oldest.time(), Dead: row.Dead + row.Conflicts})
	}
	return all, nil
}
