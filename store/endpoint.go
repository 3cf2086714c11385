package store

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"relevo/handoff"
)

// EndpointKind is how an endpoint is told of what happens.
type EndpointKind string

// The kinds of endpoints.
const (
	Webhook    EndpointKind = "webhook"    // by a signed request to a web address
	HubSpot    EndpointKind = "hubspot"    // by writing to HubSpot
	Salesforce EndpointKind = "salesforce" // by writing to Salesforce
)

// EndpointKinds lists all of them.
func EndpointKinds() []EndpointKind { return append([]EndpointKind{Webhook}, CRMs()...) }

// CRMs lists the kinds that write to a CRM.
func CRMs() []EndpointKind { return []EndpointKind{HubSpot, Salesforce} }

// ErrEndpointThere says that a workspace has an endpoint with that address already.
var ErrEndpointThere = errors.New("there is an endpoint with this address already")

// Endpoint is who outside of Slack is told of what happens in a workspace.
type Endpoint struct {
	ID        int64           `db:"id"`
	Workspace int64           `db:"workspace_id"`
	Kind      EndpointKind    `db:"kind"`
	URL       string          `db:"url"` // of a webhook
	Topics    []handoff.Topic `db:"-"`
	Internal  bool            `db:"internal"` // it may lie in a private network, and be reached without TLS

	Failures int       `db:"failures"`    // in a row
	Rest     time.Time `db:"rest_until"`  // until then it is left alone
	Problem  string    `db:"problem"`     // of the last failure, or why it is disabled
	Disabled time.Time `db:"disabled_at"` // zero while it is told
	Created  time.Time `db:"created_at"`

	secret, oldSecret string // sealed
	oldUntil          time.Time
}

type endpointRow struct {
	Endpoint
	Topics    string `db:"topics"`
	Rest      millis `db:"rest_until"`
	Disabled  millis `db:"disabled_at"`
	Created   millis `db:"created_at"`
	Secret    string `db:"secret"`
	OldSecret string `db:"old_secret"`
	OldUntil  millis `db:"old_until"`
}

const endpointColumns = `id, workspace_id, kind, url, topics, internal, failures, rest_until, problem, disabled_at, created_at, secret, old_secret, old_until`

func (r endpointRow) endpoint() Endpoint {
	e := r.Endpoint
	for topic := range strings.FieldsSeq(r.Topics) {
		e.Topics = append(e.Topics, handoff.Topic(topic))
	}
	e.Rest, e.Disabled, e.Created = r.Rest.time(), r.Disabled.time(), r.Created.time()
	e.secret, e.oldSecret, e.oldUntil = r.Secret, r.OldSecret, r.OldUntil.time()
	return e
}

func joinTopics(topics []handoff.Topic) string {
	words := make([]string, len(topics))
	for i, t := range topics {
		words[i] = string(t)
	}
	return strings.Join(words, " ")
}

// newSecret returns a signing secret as Standard Webhooks writes it.
func newSecret() string {
	raw := make([]byte, 32)
	rand.Read(raw) // never fails
	return "whsec_" + base64.StdEncoding.EncodeToString(raw)
}

func (e Endpoint) place(column string) place { return place{"endpoints." + column, e.Workspace, e.URL} }

// AddEndpoint stores a webhook with its URL, topics and network, and returns it with the secret that signs what it is sent,
// which is shown this once. It fails with ErrEndpointThere, or with ErrNoKey as secrets are stored sealed.
func (s *Store) AddEndpoint(ctx context.Context, ws int64, e Endpoint, now time.Time) (_ Endpoint, secret string, err error) {
	defer wrap(&err, "add endpoint")
	secret = newSecret()
	e.Workspace = ws
	sealed, err := s.keys.seal(secret, e.place("secret"))
	if err != nil {
		return Endpoint{}, "", err
	}
	var row endpointRow
	err = s.tx(ctx, func(tx db) error {
		err := tx.get(ctx, &row, `INSERT INTO endpoints (workspace_id, kind, url, topics, internal, secret, created_at)
			VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING `+endpointColumns, ws, string(Webhook), e.URL, joinTopics(e.Topics), e.Internal, sealed, toMillis(now))
		if err != nil {
			return err
		}
		// SQLite may give the number of one that was removed, and something may have been written for that meanwhile.
		_, err = tx.exec(ctx, `DELETE FROM deliveries WHERE endpoint_id = ?`, row.ID)
		return err
	})
	if isDuplicate(err) {
		err = ErrEndpointThere
	}
	if err != nil {
		return Endpoint{}, "", err
	}
	return row.endpoint(), secret, nil
}

// RotateEndpoint gives a webhook a new secret, which it returns, and lets the present one sign too until the given time. It
// fails with handoff.ErrNotFound, or with what opening secrets fails with.
func (s *Store) RotateEndpoint(ctx context.Context, ws, id int64, until time.Time) (secret string, err error) {
	defer wrap(&err, "rotate secret of endpoint %d", id)
	secret = newSecret()
	err = s.tx(ctx, func(tx db) error {
		e, err := s.endpoint(ctx, tx, ws, id, s.engine.forUpdate())
		if err != nil {
			return err
		}
		if e.Kind != Webhook {
			return handoff.ErrNotFound
		}
		present, err := s.keys.open(e.secret, e.place("secret"))
		if err != nil {
			return err
		}
		old, err := s.keys.seal(present, e.place("old_secret"))
		if err != nil {
			return err
		}
		sealed, err := s.keys.seal(secret, e.place("secret"))
		if err != nil {
			return err
		}
		_, err = tx.exec(ctx, `UPDATE endpoints SET secret = ?, old_secret = ?, old_until = ? WHERE id = ?`, sealed, old, toMillis(until), id)
		return err
	})
	if err != nil {
		return "", err
	}
	return secret, nil
}

// Secrets returns what signs a webhook's messages now, the newest first. It fails with ErrNoKey, ErrWrongKey or ErrBroken.
func (s *Store) Secrets(e Endpoint, now time.Time) (secrets []string, err error) {
	defer wrap(&err, "secrets of endpoint %d", e.ID)
	secret, err := s.keys.open(e.secret, e.place("secret"))
	if err != nil || !now.Before(e.oldUntil) {
		return []string{secret}, err
	}
	old, err := s.keys.open(e.oldSecret, e.place("old_secret"))
	return []string{secret, old}, err
}

// RemoveEndpoint forgets an endpoint with all that it was still to be told. It fails with handoff.ErrNotFound.
func (s *Store) RemoveEndpoint(ctx context.Context, ws, id int64) (err error) {
	defer wrap(&err, "remove endpoint %d", id)
	return s.tx(ctx, func(tx db) error {
		n, err := tx.exec(ctx, `DELETE FROM endpoints WHERE workspace_id = ? AND id = ?`, ws, id)
		if err == nil && n == 0 {
			err = handoff.ErrNotFound
		}
		if err != nil {
			return err
		}
		// Also what was written for another while that was being removed.
		const gone = ` WHERE workspace_id = ? AND endpoint_id NOT IN (SELECT id FROM endpoints)`
		if _, err := tx.exec(ctx, `DELETE FROM deliveries`+gone, ws); err != nil {
			return err
		}
		_, err = tx.exec(ctx, `DELETE FROM crm_records`+gone, ws)
		return err
	})
}

// DisableEndpoint stops telling an endpoint, and says why; what it was still to be told can be resent once it is enabled. It
// fails with handoff.ErrNotFound.
func (s *Store) DisableEndpoint(ctx context.Context, ws, id int64, why string, now time.Time) (err error) {
	defer wrap(&err, "disable endpoint %d", id)
	return s.tx(ctx, func(tx db) error {
		n, err := tx.exec(ctx, `UPDATE endpoints SET disabled_at = ?, problem = ? WHERE workspace_id = ? AND id = ?`, toMillis(now), why, ws, id)
		if err == nil && n == 0 {
			err = handoff.ErrNotFound
		}
		if err != nil {
			return err
		}
		_, err = tx.exec(ctx, `UPDATE deliveries SET state = 'dead', problem = ?, ended_at = ?, external_ids = '', `+release+`
			WHERE endpoint_id = ? AND state = 'waiting'`, why, toMillis(now), id)
		return err
	})
}

// EnableEndpoint lets a disabled endpoint be told again, of what happens from now on. It fails with handoff.ErrNotFound.
func (s *Store) EnableEndpoint(ctx context.Context, ws, id int64) (err error) {
	defer wrap(&err, "enable endpoint %d", id)
	n, err := s.exec(ctx, `UPDATE endpoints SET disabled_at = 0, problem = '', failures = 0, rest_until = 0 WHERE workspace_id = ? AND id = ?`, ws, id)
	if err == nil && n == 0 {
		return handoff.ErrNotFound
	}
	return err
}

// SwitchCRM lets a CRM be told of what happens to leads, or stops it. It may be called at every start.
func (s *Store) SwitchCRM(ctx context.Context, ws int64, kind EndpointKind, on bool, now time.Time) (err error) {
	defer wrap(&err, "switch %s", kind)
	if !on {
		var id int64
		err := s.read.get(ctx, &id, `SELECT id FROM endpoints WHERE workspace_id = ? AND kind = ? AND disabled_at = 0`, ws, string(kind))
		if errors.Is(err, handoff.ErrNotFound) {
			return nil
		}
		return cmp.Or(err, s.DisableEndpoint(ctx, ws, id, "switched off", now))
	}
	topics := slices.DeleteFunc(handoff.Topics(), func(t handoff.Topic) bool { return t == handoff.TopicErased || t == handoff.TopicDigest })
	_, err = s.exec(ctx, `INSERT INTO endpoints (workspace_id, kind, url, topics, internal, created_at) VALUES (?, ?, '', ?, FALSE, ?)
		ON CONFLICT (workspace_id, kind, url) DO UPDATE SET disabled_at = 0, topics = excluded.topics`, ws, string(kind), joinTopics(topics), toMillis(now))
	return err
}

// Endpoint returns an endpoint, or fails with handoff.ErrNotFound.
func (s *Store) Endpoint(ctx context.Context, ws, id int64) (e Endpoint, err error) {
	defer wrap(&err, "endpoint %d", id)
	return s.endpoint(ctx, s.read, ws, id, ``)
}

func (s *Store) endpoint(ctx context.Context, on db, ws, id int64, lock string) (Endpoint, error) {
	var row endpointRow
	err := on.get(ctx, &row, `SELECT `+endpointColumns+` FROM endpoints WHERE workspace_id = ? AND id = ?`+lock, ws, id)
	return row.endpoint(), err
}

// Endpoints returns a workspace's endpoints, oldest first.
func (s *Store) Endpoints(ctx context.Context, ws int64) (all []Endpoint, err error) {
	defer wrap(&err, "endpoints")
	var rows []endpointRow
	err = s.read.list(ctx, &rows, `SELECT `+endpointColumns+` FROM endpoints WHERE workspace_id = ? ORDER BY id`, ws)
	for _, row := range rows {
		all = append(all, row.endpoint())
	}
	return all, err
}

// String names the endpoint in a line.
func (e Endpoint) String() string {
	if e.Kind == Webhook {
		return fmt.Sprintf("%d %s", e.ID, e.URL)
	}
	return fmt.Sprintf("%d %s", e.ID, e.Kind)
}
