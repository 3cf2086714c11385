package store

import (
	"context"
	"database/sql/driver"
	"encoding/json"

	"relevo/handoff"
)

// CRMRecord is what is known of a lead's record in a CRM.
type CRMRecord struct {
	Endpoint int64  `db:"endpoint_id"`
	LeadID   int64  `db:"lead_id"`
	Record   string `db:"record"` // its id there
	Seen     Fields `db:"seen"`   // what it said when it was last read or written
	Meant    Fields `db:"meant"`  // what was about to be written: it may have been
}

// Fields are what fields of a record say, by their names; of what people wrote, hashes.
type Fields map[string]string

// Value returns what is stored.
func (f Fields) Value() (driver.Value, error) {
	text, err := json.Marshal(f)
	return string(text), err
}

// Scan reads what is stored.
func (f *Fields) Scan(stored any) error { return scanJSON(stored, (*map[string]string)(f)) }

// CRMRecord returns what is known of a lead's record in a CRM, or fails with handoff.ErrNotFound.
func (s *Store) CRMRecord(ctx context.Context, ws, endpoint, leadID int64) (_ CRMRecord, err error) {
	defer wrap(&err, "record of lead %d", leadID)
	var r CRMRecord
	err = s.read.get(ctx, &r, `SELECT endpoint_id, lead_id, record, seen, meant FROM crm_records WHERE workspace_id = ? AND endpoint_id = ? AND lead_id = ?`, ws, endpoint, leadID)
	if err != nil {
		return CRMRecord{}, err
	}
	return r, nil
}

// SaveCRMRecord stores what is known of a lead's record in a CRM. It fails with handoff.ErrNotFound when the workspace has no
// such lead, and with handoff.ErrErased when the person withdrew.
func (s *Store) SaveCRMRecord(ctx context.Context, ws int64, r CRMRecord) (err error) {
	defer wrap(&err, "save record of lead %d", r.LeadID)
	return s.tx(ctx, func(tx db) error {
		l, err := s.lockLead(ctx, tx, ws, r.LeadID)
		if err != nil {
			return err
		}
		if l.State == handoff.Erased {
			return handoff.ErrErased
		}
		_, err = tx.exec(ctx, `INSERT INTO crm_records (workspace_id, endpoint_id, lead_id, record, seen, meant) VALUES (?, ?, ?, ?, ?, ?)
			ON CONFLICT (endpoint_id, lead_id) DO UPDATE SET record = excluded.record, seen = excluded.seen, meant = excluded.meant`,
			ws, r.Endpoint, r.LeadID, r.Record, r.Seen, r.Meant)
		return err
	})
}
