package store

import (
	"context"
	"slices"
	"time"

	"relevo/handoff"
)

// DeliveryState is where a delivery stands. One that was made is forgotten.
type DeliveryState string

// The states of a delivery.
const (
	Waiting  DeliveryState = "waiting"  // for its first or next try
	Sent     DeliveryState = "sent"     // kept of a digest only, so that it is told once
	Dead     DeliveryState = "dead"     // given up; it can be resent
	Conflict DeliveryState = "conflict" // not written, as the CRM says something else by now; it can be resent
)

// Delivery is one thing that one endpoint is to be told.
type Delivery struct {
	ID        int64         `db:"id"`
	Workspace int64         `db:"workspace_id"`
	Endpoint  int64         `db:"endpoint_id"`
	Key       string        `db:"key"` // says nothing to anybody; the same at every try
	Topic     handoff.Topic `db:"topic"`
	LeadID    int64         `db:"lead_id"`    // 0 of a digest
	EventID   int64         `db:"event_id"`   // of the lead's history
	MessageID int64         `db:"message_id"` // of a digest
	State     DeliveryState `db:"state"`
	Tries     int           `db:"tries"` // how often it was claimed, this time included; from 1 on again when it is resent
	Resent    bool          `db:"resent"`
	Overrules bool          `db:"overrules"` // somebody has seen that it is a Conflict, and wants it all the same
	Problem   string        `db:"problem"`
	Created   time.Time     `db:"created_at"`
	Ended     time.Time     `db:"ended_at"` // when it was given up

	LeaseUntil time.Time `db:"lease_until"`
	LeaseBy    string    `db:"lease_by"`

	externalIDs string // JSON
}

type deliveryRow struct {
	Delivery
	Created     millis `db:"created_at"`
	Ended       millis `db:"ended_at"`
	LeaseUntil  millis `db:"lease_until"`
	ExternalIDs string `db:"external_ids"`
}

func (r deliveryRow) delivery() Delivery {
	d := r.Delivery
	d.Created, d.Ended, d.LeaseUntil = r.Created.time(), r.Ended.time(), r.LeaseUntil.time()
	d.externalIDs = r.ExternalIDs
	return d
}

const deliveryColumns = `id, workspace_id, endpoint_id, key, topic, COALESCE(lead_id, 0) AS lead_id, COALESCE(event_id, 0) AS event_id,
	COALESCE(message_id, 0) AS message_id, state, tries, resent, overrules, problem, created_at, ended_at, lease_until, lease_by, external_ids`

// DueEndpoints returns the endpoints of all workspaces, of these kinds, that have something to be told now.
func (s *Store) DueEndpoints(ctx context.Context, now time.Time, kinds ...EndpointKind) (due []Endpoint, err error) {
	defer wrap(&err, "due endpoints")
	if len(kinds) == 0 {
		return nil, nil
	}
	var rows []endpointRow
	args := slices.AppendSeq([]any{toMillis(now)}, anys(slices.Values(kinds)))
	err = s.read.list(ctx, &rows, dueEndpointsQuery(len(kinds)), append(args, toMillis(now))...)
	for _, row := range rows {
		due = append(due, row.endpoint())
	}
	return due, err
}

func dueEndpointsQuery(kinds int) string {
	return `SELECT ` + endpointColumns + ` FROM endpoints
		WHERE disabled_at = 0 AND rest_until <= ? AND kind IN (` + marks(kinds) + `)
			AND EXISTS (SELECT 1 FROM deliveries d WHERE d.endpoint_id = endpoints.id AND d.state = 'waiting' AND d.next_try_at <= ?) ORDER BY id`
}

// ClaimDelivery returns what an endpoint is to be told next, which nobody else gets before the lease is over, or fails with
// handoff.ErrNotFound when there is nothing, or the endpoint rests. by names the process. What happened to one lead is told in its order: something waits until
// what comes before it was told or given up.
func (s *Store) ClaimDelivery(ctx context.Context, endpoint int64, by string, now time.Time, lease time.Duration) (_ Delivery, err error) {
	defer wrap(&err, "claim delivery")
	var row deliveryRow
	err = s.returning(ctx, &row, claimDeliveryQuery(s.engine), by, toMillis(now.Add(lease)), endpoint, toMillis(now), toMillis(now), toMillis(now), toMillis(now.Add(lease+clockSkew)))
	return row.delivery(), err
}

func claimDeliveryQuery(e engine) string {
	return `UPDATE deliveries SET tries = tries + 1, lease_by = ?, lease_until = ?
		WHERE id = (SELECT d.id FROM deliveries d
			WHERE d.endpoint_id = (SELECT t.id FROM endpoints t WHERE t.id = ? AND t.disabled_at = 0 AND t.rest_until <= ?)
				AND d.state = 'waiting' AND d.next_try_at <= ? AND (d.lease_until <= ? OR d.lease_until > ?)
				AND NOT EXISTS (SELECT 1 FROM deliveries b WHERE b.endpoint_id = d.endpoint_id AND b.lead_id = d.lead_id AND b.state = 'waiting' AND b.id < d.id)
			ORDER BY d.next_try_at, d.id LIMIT 1` + e.skipLocked() + `)
		RETURNING ` + deliveryColumns
}

// Delivered stores that an endpoint was told: the delivery is forgotten, but for a digest's, which is kept to be told once. What is true is stored
// even when the lease is over.
func (s *Store) Delivered(ctx context.Context, d Delivery, now time.Time) (err error) {
	defer wrap(&err, "store that delivery %d is made", d.ID)
	if d.MessageID != 0 {
		_, err = s.exec(ctx, `UPDATE deliveries SET state = 'sent', problem = '', ended_at = ?, `+release+` WHERE id = ?`, toMillis(now), d.ID)
		return err
	}
	_, err = s.exec(ctx, `DELETE FROM deliveries WHERE id = ?`, d.ID)
	return err
}

// held restricts to a claimed delivery whose lease is not over.
const held = ` WHERE id = ? AND state = 'waiting' AND lease_by = ? AND lease_until = ?`

// DeliveryFailed stores that a claimed delivery could not be made, and when it is to be tried again. The problem must not
// tell of the person.
func (s *Store) DeliveryFailed(ctx context.Context, d Delivery, problem string, next time.Time) (err error) {
	defer wrap(&err, "store that delivery %d failed", d.ID)
	_, err = s.exec(ctx, `UPDATE deliveries SET problem = ?, next_try_at = ?, `+release+held, problem, toMillis(next), d.ID, d.LeaseBy, toMillis(d.LeaseUntil))
	return err
}

// DeliveryEnded gives a claimed delivery up: as Dead, or as a Conflict, which becomes a line of the lead's history too. The
// problem must not tell of the person.
func (s *Store) DeliveryEnded(ctx context.Context, d Delivery, state DeliveryState, problem string, now time.Time) (err error) {
	defer wrap(&err, "give up delivery %d", d.ID)
	return s.tx(ctx, func(tx db) error {
		n, err := tx.exec(ctx, `UPDATE deliveries SET state = ?, problem = ?, ended_at = ?, external_ids = '', `+release+held,
			string(state), problem, toMillis(now), d.ID, d.LeaseBy, toMillis(d.LeaseUntil))
		if err != nil || n == 0 || state != Conflict {
			return err
		}
		l, err := s.lead(ctx, tx, `id = ?`, d.Workspace, d.LeadID)
		if err != nil {
			return err
		}
		return happened(ctx, tx, l, handoff.Event{Kind: handoff.EventConflict, Round: l.Round, At: stored(now), Note: problem})
	})
}

// EndpointFailed lets an endpoint rest that could not be told.
func (s *Store) EndpointFailed(ctx context.Context, e Endpoint, problem string, rest time.Time) (err error) {
	defer wrap(&err, "let endpoint %d rest", e.ID)
	_, err = s.exec(ctx, `UPDATE endpoints SET failures = failures + 1, problem = ?, rest_until = ? WHERE id = ? AND disabled_at = 0`, problem, toMillis(rest), e.ID)
	return err
}

// EndpointWell stores that an endpoint can be told again.
func (s *Store) EndpointWell(ctx context.Context, e Endpoint) (err error) {
	defer wrap(&err, "endpoint %d is well", e.ID)
	_, err = s.exec(ctx, `UPDATE endpoints SET failures = 0, problem = '', rest_until = 0 WHERE id = ? AND failures > 0 AND disabled_at = 0`, e.ID)
	return err
}

// GivenUp is a delivery that was given up, and whom it was about.
type GivenUp struct {
	Delivery
	Number int64 // of the lead; 0 of a digest
}

// GivenUp returns the newest deliveries of a workspace that were given up, and how many there are.
func (s *Store) GivenUp(ctx context.Context, ws int64, limit int) (all []GivenUp, n int, err error) {
	defer wrap(&err, "deliveries given up")
	const where = ` WHERE workspace_id = ? AND state <> 'waiting' AND state <> 'sent'`
	if err := s.read.get(ctx, &n, `SELECT count(*) FROM deliveries`+where, ws); err != nil {
		return nil, 0, err
	}
	var rows []struct {
		deliveryRow
		Number int64 `db:"number"`
	}
	err = s.read.list(ctx, &rows, `SELECT `+deliveryColumns+`, COALESCE((SELECT l.number FROM leads l WHERE l.id = deliveries.lead_id), 0) AS number
		FROM deliveries`+where+` ORDER BY id DESC LIMIT ?`, ws, limit)
	for _, row := range rows {
		all = append(all, GivenUp{Delivery: row.delivery(), Number: row.Number})
	}
	return all, n, err
}

// ForgetGivenUp forgets deliveries of all workspaces that were given up before a time, conflicts too: at most limit. It returns how many.
func (s *Store) ForgetGivenUp(ctx context.Context, before time.Time, limit int) (n int, err error) {
	defer wrap(&err, "forget what was given up")
	gone, err := s.exec(ctx, `DELETE FROM deliveries WHERE state IN ('dead', 'conflict') AND id IN
		(SELECT id FROM deliveries WHERE state IN ('dead', 'conflict') AND ended_at < ? ORDER BY id LIMIT ?)`, toMillis(before), limit)
	return int(gone), err
}

// Resend lets deliveries that were given up be tried again, and returns how many: those with the ids, conflicts too, which are
// overruled by that or, without any, all that are Dead. What is for a disabled endpoint stays as it is.
func (s *Store) Resend(ctx context.Context, ws int64, ids ...int64) (n int, err error) {
	defer wrap(&err, "resend")
	which, args := `state = 'dead'`, []any{ws, ws}
	if len(ids) > 0 {
		which = `state IN ('dead', 'conflict') AND id IN (` + marks(len(ids)) + `)`
		args = slices.AppendSeq(args, anys(slices.Values(ids)))
	}
	changed, err := s.exec(ctx, `UPDATE deliveries SET overrules = (state = 'conflict'), state = 'waiting', tries = 0, resent = TRUE, next_try_at = 0, ended_at = 0
		WHERE workspace_id = ? AND endpoint_id IN (SELECT id FROM endpoints WHERE workspace_id = ? AND disabled_at = 0) AND `+which, args...)
	return int(changed), err
}
