package store_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"relevo/handoff"
	"relevo/store"
)

func TestHistory(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ctx, ws := t.Context(), workspace(t, s)
		outcome := func(n int, v handoff.Verdict, reason string, timed bool) handoff.Arrival {
			a := person(n)
			a.ExternalID = fmt.Sprintf("%d-%s", n, v)
			a.Owner = "U5"
			a.Outcome = &handoff.Outcome{Verdict: v, Reason: reason, Note: "from the CRM", At: a.At.Add(3 * time.Hour), Timed: timed}
			return a
		}
		later := outcome(1, handoff.Reject, "wrong-size", true)
		later.At, later.Outcome.At = later.At.Add(24*time.Hour), later.Outcome.At.Add(24*time.Hour)
		as := []handoff.Arrival{
			outcome(1, handoff.Accept, "", true), outcome(2, handoff.Reject, handoff.NoReason, false),
			later, outcome(3, handoff.NotNow, "bad-timing", true), person(4),
		}
		receipts, err := s.AddHistory(ctx, ws, as)
		if err != nil {
			t.Fatal(err)
		}
		want := []handoff.Receipt{
			{Number: 1, State: handoff.Accepted, Fate: handoff.FateNew}, {Number: 2, State: handoff.Rejected, Fate: handoff.FateNew},
			{Number: 1, State: handoff.Rejected, Fate: handoff.FateNewRound}, {Number: 3, State: handoff.Nurturing, Fate: handoff.FateNew},
			{Number: 4, State: handoff.Open, Fate: handoff.FateNew},
		}
		if !slices.Equal(receipts, want) {
			t.Errorf("receipts are %v, want %v", receipts, want)
		}
		decisions, err := s.Decisions(ctx, ws.ID, byNumber(t, s, ws, 1).ID)
		if err != nil || len(decisions) != 2 || decisions[0].Verdict != handoff.Accept || decisions[1].Reason != "wrong-size" || decisions[1].Round != 2 ||
			*decisions[0].Took != 3*time.Hour || *decisions[0].Worked != 3*time.Hour {
			t.Errorf("decisions are %+v, %v", decisions, err)
		}
		untimed, err := s.Decisions(ctx, ws.ID, byNumber(t, s, ws, 2).ID)
		if err != nil || len(untimed) != 1 || untimed[0].Took != nil || untimed[0].Worked != nil {
			t.Errorf("the untimed decision is %+v, %v", untimed, err)
		}
		if owner := byNumber(t, s, ws, 1).Owner; owner != "U5" {
			t.Errorf("owner is %q: an outcome without a person must not clear it", owner)
		}
		if n, err := s.Pending(ctx, monday.Add(1000*time.Hour)); err != nil || n != 0 {
			t.Errorf("history left %d messages to post, %v", n, err)
		}
		before := summary(t, s, ws)
		if _, err := s.AddHistory(ctx, ws, as[:4]); err != nil {
			t.Fatal(err)
		}
		if after := summary(t, s, ws); after != before {
			t.Errorf("the second import changed\n%s to\n%s", before, after)
		}
		// What arrives live must be seen, even where history left an open lead without a card.
		add(t, s, ws, person(4))
		if m, err := s.Claim(ctx, store.Post, "p", monday, time.Minute); err != nil || m.LeadID != byNumber(t, s, ws, 4).ID {
			t.Errorf("the card to post is %+v, %v", m, err)
		}
	})
}

// An outcome from before an open lead was offered says nothing about this offer.
func TestOldOutcomeOfOpenLead(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ws := workspace(t, s)
		add(t, s, ws, person(1))
		for _, test := range []struct {
			decided time.Time
			want    handoff.State
		}{{monday.Add(-time.Hour), handoff.Open}, {monday.Add(time.Hour), handoff.Rejected}} {
			a := person(1)
			a.Outcome = &handoff.Outcome{Verdict: handoff.Reject, Reason: handoff.NoReason, At: test.decided}
			receipts, err := s.AddHistory(t.Context(), ws, []handoff.Arrival{a})
			if err != nil || receipts[0].State != test.want || receipts[0].Fate != handoff.FateMerged {
				t.Errorf("decided at %v: receipt is %v, %v, want state %s", test.decided, receipts, err, test.want)
			}
		}
	})
}

// Old history goes into the history of a lead that was decided since, and changes nothing of today.
func TestOldOutcomeOfDecidedLead(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ws := workspace(t, s)
		add(t, s, ws, person(1))
		l := byNumber(t, s, ws, 1)
		before, _, err := s.Decide(t.Context(), ws.ID, l.ID, "V1", accept(ws, "U1", monday.Add(time.Hour)), ws.Rules())
		must(t, err)
		old := person(1)
		old.At = monday.AddDate(0, -6, 0)
		old.Outcome = &handoff.Outcome{Verdict: handoff.Reject, Reason: handoff.NoReason, At: old.At}
		receipts, err := s.AddHistory(t.Context(), ws, []handoff.Arrival{old})
		must(t, err)
		if want := (handoff.Receipt{Number: 1, State: handoff.Accepted, Fate: handoff.FateMerged}); receipts[0] != want {
			t.Errorf("got %+v, want %+v", receipts[0], want)
		}
		if after := byNumber(t, s, ws, 1); after.State != before.State || after.Round != before.Round || !after.Offered.Equal(before.Offered) {
			t.Errorf("it was %+v and is %+v", before, after)
		}
	})
}
