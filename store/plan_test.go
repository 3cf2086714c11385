package store_test

import (
	"slices"
	"strings"
	"testing"

	"relevo/store/storetest"
)

// With a hundred thousand leads these must not walk through a whole table.
func TestPlans(t *testing.T) {
	s := storetest.OpenAt(t, storetest.SQLite(t))
	ws := workspace(t, s)
	add(t, s, ws, many(2000)...)
	plans, err := s.Plans(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"begun":   "SEARCH w USING PRIMARY KEY (workspace_id=? AND word>? AND word<?)",
		"ended":   "SEARCH w USING PRIMARY KEY (workspace_id=? AND word=? AND received_at=?)",
		"runs":    "SEARCH word_leads USING PRIMARY KEY (workspace_id=? AND word=? AND (received_at,first_lead)<(?,?))",
		"whole":   "SEARCH word_leads USING PRIMARY KEY (workspace_id=? AND word>? AND word<?)",
		"walk":    "SEARCH leads USING COVERING INDEX leads_newest (workspace_id=? AND received_at<?)",
		"spans":   "SEARCH w USING PRIMARY KEY (workspace_id=? AND word=? AND received_at>? AND received_at<?)",
		"overdue": "SEARCH leads USING INDEX leads_open (workspace_id=? AND due_at<?)",
		"newest":  "SEARCH leads USING INDEX leads_newest (workspace_id=?)",
		"decided": "SEARCH decisions USING COVERING INDEX decisions_by (workspace_id=? AND decided_by=?)",
		"email":   "SEARCH leads USING INDEX leads_email (workspace_id=? AND email=?)",
		"tally":   "SEARCH rounds USING COVERING INDEX rounds_offered (workspace_id=? AND <expr>>? AND <expr><?)",
		"tallied": "SEARCH rounds USING COVERING INDEX rounds_outcomes (workspace_id=? AND <expr>>? AND <expr><?)",
		"reps":    "SEARCH decisions USING COVERING INDEX decisions_reps (workspace_id=?)",
		"first":   "SEARCH rounds USING COVERING INDEX rounds_offered (workspace_id=? AND <expr>=?)",
		"pace":    "SEARCH decisions USING COVERING INDEX decisions_decided (workspace_id=? AND decided_at>? AND decided_at<?)",
		"wall":    "SEARCH decisions USING COVERING INDEX decisions_decided (workspace_id=? AND decided_at>? AND decided_at<?)",
		"open":    "SEARCH leads USING COVERING INDEX leads_open (workspace_id=?)",
		"owned":   "SEARCH leads USING COVERING INDEX leads_owner (workspace_id=?)",
		"mine":    "SEARCH leads USING INDEX leads_owner (workspace_id=? AND owner=?)",
		"decider": "SEARCH decisions USING COVERING INDEX decisions_decided (workspace_id=? AND decided_at>?)",
		"lately":  "SEARCH decisions USING INDEX decisions_by (workspace_id=? AND decided_by=?)",
		"backlog": "SEARCH rounds USING COVERING INDEX rounds_closed (workspace_id=? AND closed_at=? AND offered_at<?)",
		"needs":   "SEARCH d USING INDEX decisions_decided (workspace_id=? AND decided_at>? AND decided_at<?)",
		"pasts":   "SEARCH decisions USING INDEX decisions_decided (workspace_id=? AND decided_at>? AND decided_at<?)",
		"returns": "SEARCH rounds USING INDEX rounds_returned (workspace_id=? AND offered_at>? AND offered_at<?)",
		"rounds":  "SEARCH rounds USING COVERING INDEX rounds_offered (workspace_id=? AND <expr>>? AND <expr><?)",
		"erase":   "SEARCH leads USING COVERING INDEX leads_email (workspace_id=? AND email=?)",
		"aged":    "SEARCH leads USING INDEX leads_newest (workspace_id=?",
		"erased":  "SEARCH leads USING COVERING INDEX leads_erased (workspace_id=?)",
		"aliases": "SEARCH b USING INDEX aliases_person (workspace_id=? AND person=?)",
		"handed":  "SEARCH events USING INDEX events_handed (workspace_id=? AND actor=?)",
		"nudge":   "SEARCH leads USING INDEX leads_nudge (nudge_at>? AND nudge_at<?)",
		"list":    "SEARCH messages USING INDEX messages_lists (workspace_id=? AND kind=? AND target=?)",
		"company": "SEARCH leads USING INDEX leads_domain (workspace_id=? AND domain=? AND decided_at=?)",
		"fetch":   "USING INDEX fetches_waiting",
		"tell":    "SEARCH d USING INDEX deliveries_waiting (endpoint_id=? AND next_try_at<?)",
		"due":     "USING COVERING INDEX deliveries_waiting (endpoint_id=? AND next_try_at<?)",
		"flood":   "USING INDEX fetches_unsigned (workspace_id=?)",
		"post":    "USING INDEX messages_unposted",
		"update":  "USING INDEX messages_stale",
		"effects": "SEARCH rounds USING INDEX rounds_offered (workspace_id=? AND <expr>>? AND <expr><?)",
		"owed":    "SEARCH d USING COVERING INDEX decisions_decided (workspace_id=? AND decided_at>? AND decided_at<?)",
		"totals":  "SCAN leads USING COVERING INDEX leads_open",
		"posts":   "USING INDEX messages_unposted",
		"stale":   "USING INDEX messages_stale",
		"fetches": "USING INDEX fetches_waiting",
		"posted":  "SEARCH messages USING INDEX messages_lists (workspace_id=? AND kind=?)",
		"tempo":   "SEARCH d USING INDEX decisions_decided (workspace_id=? AND decided_at>? AND decided_at<?)",
	} {
		plan := plans[name]
		if !strings.Contains(plan, want) {
			t.Errorf("%s is carried out as\n%s, want %q in it", name, plan, want)
		}
		for line := range strings.Lines(plan) {
			table, walks := strings.CutPrefix(strings.TrimSpace(line), "SCAN ")
			if walks && slices.Contains([]string{"leads", "word_leads", "rounds", "decisions", "d", "r", "l", "messages", "events", "fetches", "a", "b"}, table) {
				t.Errorf("%s walks through everything: %s", name, line)
			}
		}
	}
}
