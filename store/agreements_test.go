package store_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"relevo/handoff"
	"relevo/store"
)

var small = handoff.Profile{Characteristics: []handoff.Characteristic{
	{ID: "w", Attribute: handoff.AttributeWebsite, Weight: 2}, {ID: "m", Attribute: handoff.AttributeMailbox, Weight: 1},
}}

// signed lets both sides sign a proposal.
func signed(t *testing.T, s *store.Store, ws store.Workspace, id int64, at time.Time) handoff.Agreement {
	t.Helper()
	var g handoff.Agreement
	for user, side := range map[string]handoff.Side{"U1": handoff.SideSales, "U2": handoff.SideMarketing} {
		var err error
		g, err = s.ChangeProposal(t.Context(), ws.ID, id, func(g handoff.Agreement, inForce int) (handoff.Agreement, error) {
			return g.Sign(handoff.Actor{User: user}, []handoff.Side{side}, inForce, at)
		})
		must(t, err)
	}
	return g
}

func propose(t *testing.T, s *store.Store, ws store.Workspace, g handoff.Agreement, submission string) handoff.Agreement {
	t.Helper()
	g.By, g.Why, g.At = "U9", "so", monday
	g, err := s.Propose(t.Context(), ws.ID, g, submission)
	must(t, err)
	return g
}

func TestAgreements(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ctx, ws := t.Context(), workspace(t, s)
		fits := person(1)
		fits.Website = "acme.example"
		add(t, s, ws, fits, person(2))
		before := byNumber(t, s, ws, 2)
		if before.FitOf != 0 || before.ProfileVersion != 0 {
			t.Errorf("without a profile a lead has the fit %+v", before)
		}
		_, d, err := s.Decide(ctx, ws.ID, before.ID, "V1", accept(ws, "U1", monday.Add(time.Hour)), ws.Rules())
		must(t, err)
		if d.DefinitionsVersion != 0 || d.ProfileVersion != 0 {
			t.Errorf("it was decided by the versions %d and %d", d.DefinitionsVersion, d.ProfileVersion)
		}

		first := propose(t, s, ws, handoff.Agreement{Kind: handoff.AgreementProfile, Profile: small}, "V2")
		if again := propose(t, s, ws, handoff.Agreement{Kind: handoff.AgreementProfile}, "V2"); again.ID != first.ID || len(again.Profile.Characteristics) != 2 {
			t.Errorf("the same form made another proposal: %+v", again)
		}
		rival := propose(t, s, ws, handoff.Agreement{Kind: handoff.AgreementProfile, Profile: handoff.Profile{Characteristics: small.Characteristics[:1]}}, "V3")
		text := propose(t, s, ws, handoff.Agreement{Kind: handoff.AgreementDefinitions, Definitions: handoff.Definitions{MQL: "m", SQL: "s"}}, "V4")
		if all, err := s.Proposals(ctx, ws.ID, handoff.AgreementProfile); err != nil || len(all) != 2 {
			t.Errorf("proposals: %+v, %v", all, err)
		}
		m, err := s.ProposalMessage(ctx, ws.ID, first.ID)
		if err != nil || m.Kind != store.KindProposal || m.Ref != first.ID {
			t.Errorf("the proposal's message is %+v, %v", m, err)
		}

		at := monday.Add(2 * time.Hour)
		if g := signed(t, s, ws, first.ID, at); g.Version != 1 || !g.InForce.Equal(at) {
			t.Errorf("signed by both: %+v", g)
		}
		now, err := s.WorkspaceByID(ctx, ws.ID)
		if err != nil || now.ProfileVersion != 1 || len(now.Profile.Characteristics) != 2 || now.DefinitionsVersion != 0 {
			t.Errorf("in force: %+v, %v", now, err)
		}
		// Open leads are judged anew, those that are decided stay as they were.
		if l := byNumber(t, s, ws, 1); l.FitMarks != "11" || l.Fit != 3 || l.FitOf != 3 || l.ProfileVersion != 1 {
			t.Errorf("the open lead's fit is %q, %d of %d by %d", l.FitMarks, l.Fit, l.FitOf, l.ProfileVersion)
		}
		if l := byNumber(t, s, ws, 2); l.FitMarks != "" || l.ProfileVersion != 0 {
			t.Errorf("the decided lead's fit is %q by %d", l.FitMarks, l.ProfileVersion)
		}
		if card, err := s.CardOf(ctx, ws.ID, byNumber(t, s, ws, 1).ID, 1); err != nil || card.Wanted != 2 {
			t.Errorf("the open lead's card is not shown anew: %+v, %v", card, err)
		}
		// The other one for the same version is overtaken, and nobody can sign it any more.
		if g, err := s.Agreement(ctx, ws.ID, rival.ID); err != nil || g.WithdrawnAt.IsZero() || g.WithdrawnBy != "" {
			t.Errorf("overtaken: %+v, %v", g, err)
		}
		_, err = s.ChangeProposal(ctx, ws.ID, rival.ID, func(g handoff.Agreement, inForce int) (handoff.Agreement, error) {
			return g.Sign(handoff.Actor{User: "U3"}, []handoff.Side{handoff.SideSales}, inForce, at)
		})
		if !errors.Is(err, handoff.ErrNotOpen) {
			t.Errorf("signed though it was overtaken: %v", err)
		}

		signed(t, s, ws, text.ID, at.Add(time.Hour))
		late := person(3)
		late.Website = "b.example"
		add(t, s, ws, late)
		l := byNumber(t, s, ws, 3)
		if l.FitMarks != "11" || l.ProfileVersion != 1 {
			t.Errorf("a new lead's fit is %q by %d", l.FitMarks, l.ProfileVersion)
		}
		_, d, err = s.Decide(ctx, ws.ID, l.ID, "V5", accept(ws, "U1", at.Add(2*time.Hour)), ws.Rules())
		must(t, err)
		if d.DefinitionsVersion != 1 || d.ProfileVersion != 1 {
			t.Errorf("it was decided by the versions %d and %d", d.DefinitionsVersion, d.ProfileVersion)
		}
		if stored, err := s.Decisions(ctx, ws.ID, l.ID); err != nil || stored[0].DefinitionsVersion != 1 || stored[0].ProfileVersion != 1 {
			t.Errorf("stored: %+v, %v", stored, err)
		}
		if g, err := s.AgreementVersion(ctx, ws.ID, handoff.AgreementDefinitions, 1); err != nil || g.Definitions.MQL != "m" || g.SalesBy != "U1" || g.MarketingBy != "U2" {
			t.Errorf("version 1: %+v, %v", g, err)
		}
		for name, want := range map[string]int{"before": 0, "in": 1, "after": 0} {
			from := map[string]time.Time{"before": monday, "in": at, "after": at.Add(2 * time.Hour)}[name]
			if got, err := s.Agreements(ctx, ws.ID, handoff.AgreementDefinitions, from, from.Add(90*time.Minute)); err != nil || len(got) != want {
				t.Errorf("changes %s that time: %+v, %v, want %d", name, got, err, want)
			}
		}
	})
}

// Of two people who sign for the same side at the same time one does, and no version is lost or made twice.
func TestSignAtOnce(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ws := workspace(t, s)
		g := propose(t, s, ws, handoff.Agreement{Kind: handoff.AgreementDefinitions, Definitions: handoff.Definitions{MQL: "m", SQL: "s"}}, "V1")
		const people = 12
		errs := make(chan error, people)
		for i := range people {
			side := []handoff.Side{handoff.SideSales, handoff.SideMarketing}[i%2]
			go func() {
				_, err := s.ChangeProposal(t.Context(), ws.ID, g.ID, func(g handoff.Agreement, inForce int) (handoff.Agreement, error) {
					return g.Sign(handoff.Actor{User: "U" + strings.Repeat("1", i+1)}, []handoff.Side{side}, inForce, monday)
				})
				errs <- err
			}()
		}
		signed := 0
		for range people {
			switch err := <-errs; {
			case err == nil:
				signed++
			case !errors.Is(err, handoff.ErrSigned) && !errors.Is(err, handoff.ErrNotOpen):
				t.Error(err)
			}
		}
		if signed != 2 || workspace(t, s).DefinitionsVersion != 1 {
			t.Errorf("%d signed, and version %d is in force", signed, workspace(t, s).DefinitionsVersion)
		}
	})
}

func TestDraft(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ctx, ws := t.Context(), workspace(t, s)
		must(t, s.SaveDraft(ctx, ws.ID, "U1", 3, handoff.Profile{}))
		must(t, s.SaveDraft(ctx, ws.ID, "U1", 4, small))
		if p, base, err := s.Draft(ctx, ws.ID, "U1"); err != nil || base != 4 || len(p.Characteristics) != 2 {
			t.Errorf("the draft is %+v of %d, %v", p, base, err)
		}
		if _, _, err := s.Draft(ctx, ws.ID, "U2"); !errors.Is(err, handoff.ErrNotFound) {
			t.Errorf("somebody else's draft: %v", err)
		}
		must(t, s.DropDraft(ctx, ws.ID, "U1"))
		if _, _, err := s.Draft(ctx, ws.ID, "U1"); !errors.Is(err, handoff.ErrNotFound) {
			t.Errorf("a dropped draft: %v", err)
		}
	})
}
