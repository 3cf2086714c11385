package store_test

import (
	"errors"
	"testing"

	"relevo/store"
)

// outboxTenants are the acts of TestTenants on endpoints and what they are told.
func outboxTenants(t *testing.T, s *store.Store, a, b tenant, nowhere store.Workspace) map[string]func() error {
	ctx, far := t.Context(), monday.AddDate(5, 0, 0)
	return map[string]func() error{
		// B asks for A's rows.
		"Endpoint":        func() error { return none(s.Endpoint(ctx, b.ID, a.hears.ID)) },
		"DisableEndpoint": func() error { return refused(s.DisableEndpoint(ctx, b.ID, a.hears.ID, "", monday)) },
		"EnableEndpoint":  func() error { return refused(s.EnableEndpoint(ctx, b.ID, a.hears.ID)) },
		"RemoveEndpoint":  func() error { return refused(s.RemoveEndpoint(ctx, b.ID, a.hears.ID)) },
		"RotateEndpoint":  func() error { return refusedOf(s.RotateEndpoint(ctx, b.ID, a.hears.ID, far)) },
		"CRMRecord":       func() error { return none(s.CRMRecord(ctx, b.ID, a.hears.ID, a.lead.ID)) },
		"SaveCRMRecord": func() error {
			return refused(s.SaveCRMRecord(ctx, b.ID, store.CRMRecord{Endpoint: b.hears.ID, LeadID: a.lead.ID}))
		},
		"Told": func() error {
			crossed := a.tells
			crossed.Workspace = b.ID
			return refusedOf(s.Told(ctx, crossed))
		},
		"GivenUp": func() error {
			must(t, s.DeliveryEnded(ctx, a.tells, store.Dead, "gone", monday))
			all, n, err := s.GivenUp(ctx, b.ID, 9)
			return errors.Join(same(len(all), 0, err), same(n, 0, nil))
		},
		"Resend": func() error { n, err := s.Resend(ctx, b.ID, a.tells.ID); return same(n, 0, err) },
		// B asks for what both have.
		"Endpoints": func() error { all, err := s.Endpoints(ctx, b.ID); return same(all, []store.Endpoint{b.hears}, err) },
		"EndpointStates": func() error {
			all, err := s.EndpointStates(ctx, b.ID)
			return errors.Join(same(len(all), 1, err), same(all[0].Endpoint, b.hears, nil))
		},
		"AddEndpoint": func() error {
			_, _, err := s.AddEndpoint(ctx, nowhere.ID, store.Endpoint{URL: "https://example.com"}, monday)
			return same(err != nil, true, nil)
		},
		"SwitchCRM": func() error {
			err := s.SwitchCRM(ctx, nowhere.ID, store.HubSpot, false, monday)
			return errors.Join(err, same(s.SwitchCRM(ctx, nowhere.ID, store.HubSpot, true, monday) != nil, true, nil))
		},
	}
}

// refusedOf is refused of an act that returns something.
func refusedOf[T any](_ T, err error) error { return refused(err) }
