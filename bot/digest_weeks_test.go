package bot

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"relevo/handoff"
	"relevo/store"
)

// The weeks that the digest is tested with. All are week 47 of 2026 in Madrid.

func madrid(t testing.TB) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Madrid")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func offers(source, campaign string, first, again int) []handoff.Tally {
	return []handoff.Tally{{Source: source, Campaign: campaign, First: true, Count: first}, {Source: source, Campaign: campaign, Count: again}}
}

func decisions(source, campaign string, v handoff.Verdict, reason string, count int) handoff.Tally {
	return handoff.Tally{Source: source, Campaign: campaign, Verdict: v, Reason: reason, Count: count}
}

func busy(n int) []handoff.Tally {
	ts := append(offers("Google Ads", "Brand", 6+n%3, 0), offers("Webinar", "Cold chain in practice", 4+n%4, 1)...)
	ts = append(ts, offers("Trade fair", "Logistics Madrid", 3, 0)...)
	return append(ts,
		decisions("Google Ads", "Brand", handoff.Accept, "", 3+n%2), decisions("Google Ads", "Brand", handoff.Reject, "not-a-buyer", 1),
		decisions("Webinar", "Cold chain in practice", handoff.Accept, "", 1+n%2), decisions("Webinar", "Cold chain in practice", handoff.Reject, "wrong-size", 2),
		decisions("Webinar", "Cold chain in practice", handoff.NotNow, "no-need-now", 2),
		decisions("Trade fair", "Logistics Madrid", handoff.Accept, "", 1), decisions("Trade fair", "Logistics Madrid", handoff.Reject, "wrong-industry", 1),
		decisions("Trade fair", "Logistics Madrid", handoff.Reject, "existing-customer", 1))
}

func emptyLedger(t testing.TB) handoff.Ledger {
	zone := madrid(t)
	week := handoff.Week{Year: 2026, Number: 47, Zone: zone}
	return handoff.Ledger{Week: week, Now: week.DigestAt(), Reasons: handoff.DefaultReasons(), Tallies: make([][]handoff.Tally, handoff.TrendWeeks)}
}

func fullLedger(t testing.TB) handoff.Ledger {
	l := emptyLedger(t)
	l.First = l.Week.Add(-30).Start()
	for i := range l.Tallies {
		l.Tallies[i] = busy(i)
	}
	week := append(offers("Google Ads", "Brand", 9, 0), offers("Webinar", "Cold chain in practice", 16, 2)...)
	week = append(week, offers("Trade fair", "Logistics Madrid", 3, 1)...)
	week = append(week, offers("", "", 1, 0)...)
	l.Tallies[handoff.TrendWeeks-1] = append(week,
		decisions("Google Ads", "Brand", handoff.Accept, "", 6), decisions("Google Ads", "Brand", handoff.Reject, "not-a-buyer", 1),
		decisions("Webinar", "Cold chain in practice", handoff.Accept, "", 1), decisions("Webinar", "Cold chain in practice", handoff.Reject, "wrong-size", 14),
		decisions("Webinar", "Cold chain in practice", handoff.Reject, "wrong-data", 1), decisions("Webinar", "Cold chain in practice", handoff.NotNow, "no-need-now", 1),
		decisions("Webinar", "Cold chain in practice", handoff.NotNow, "bad-timing", 2), decisions("Trade fair", "Logistics Madrid", handoff.Accept, "", 2),
		decisions("Trade fair", "Logistics Madrid", handoff.Reject, "existing-customer", 1))
	l.Pace = handoff.Pace{Timed: 29, Median: 200 * time.Minute, P90: 31*time.Hour + 20*time.Minute}
	l.Backlog = handoff.Backlog{Open: 6, Overdue: 2}
	l.Needs = []handoff.Need{
		{Number: 1042, Company: "Frigoríficos del Norte", Campaign: "Cold chain in practice", Text: "We ship 200 parcels a day and lose track of half of them. Our customers call before we know."},
		{Number: 1039, Company: "Hall & Sons", Campaign: "Brand", Text: "The auditor wants the temperature of every van, every ten minutes, for two years back."},
		{Number: 1037, Company: "", Campaign: "Cold chain in practice", Text: "Nos piden trazabilidad\nhasta la tienda."},
	}
	l.Late = []handoff.Lead{
		{ID: 31, Number: 1031, Person: handoff.Person{Name: "Ana Torres", Company: "Transportes Pérez"}, Due: l.Week.Start().Add(85 * time.Hour)},
		{ID: 35, Number: 1035, Person: handoff.Person{Company: "Muelle 7"}, Due: l.Week.Start().Add(110 * time.Hour)},
	}
	l.LateAll = 2
	l.Back = handoff.Returns{Offered: 5, Accepted: 2, Rejected: 1, NotNow: 1, Open: 1}
	l.Lately = handoff.Returns{Offered: 21, Accepted: 8, Rejected: 6, NotNow: 4, Open: 3}
	l.Unanswered = []handoff.Unanswered{{Reason: "wrong-size", Count: 31, Waited: 16, Since: l.Week.Add(-7).Start().Add(30 * time.Hour)}}
	l.Agreed = []handoff.Agreement{
		{Kind: handoff.AgreementDefinitions, Version: 1, InForce: l.Week.Add(-20).Start()},
		{Kind: handoff.AgreementDefinitions, Version: 2, InForce: l.Week.Add(-3).Start().Add(35 * time.Hour)},
		{Kind: handoff.AgreementProfile, Version: 1, InForce: l.Week.Start().Add(60 * time.Hour)},
	}
	l.Asked = handoff.Asked{Forms: []string{"Vans", "What is your budget?", "When do you plan to buy?"}}
	since := l.Week.Add(-4).Start()
	answer := func(reason, campaign, what string, since time.Time) handoff.Answer {
		return handoff.Answer{Reason: reason, Campaign: campaign, What: what, Since: since, By: "U0MARTA001", At: since}
	}
	l.Answers = []handoff.Answered{
		{
			Answer: answer("not-a-buyer", "Brand", "Excluded students and trainees from the audience.", since),
			Before: []handoff.Tally{decisions("Google Ads", "Brand", handoff.Accept, "", 26), decisions("Google Ads", "Brand", handoff.Reject, "not-a-buyer", 14)},
			After:  []handoff.Tally{decisions("Google Ads", "Brand", handoff.Accept, "", 22), decisions("Google Ads", "Brand", handoff.Reject, "not-a-buyer", 1)},
		},
		{
			Answer: answer("wrong-data", "", "The form checks the phone number now.", l.Week.End().Add(-48*time.Hour)),
			Before: []handoff.Tally{decisions("Webinar", "Cold chain in practice", handoff.Accept, "", 12), decisions("Webinar", "Cold chain in practice", handoff.Reject, "wrong-data", 4)},
			After:  []handoff.Tally{decisions("Webinar", "Cold chain in practice", handoff.Accept, "", 2)},
		},
		{
			Answer: answer("wrong-industry", "Logistics Madrid", "Asked the fair for its list of exhibitors by industry.", since),
			Before: []handoff.Tally{decisions("Trade fair", "Logistics Madrid", handoff.Accept, "", 2), decisions("Trade fair", "Logistics Madrid", handoff.Reject, "wrong-industry", 1)},
			After:  []handoff.Tally{decisions("Trade fair", "Logistics Madrid", handoff.Accept, "", 7), decisions("Trade fair", "Logistics Madrid", handoff.Reject, "wrong-industry", 2)},
		},
	}
	return l
}

// ownLedger is the full one in a workspace that has named reasons itself, retired one and added some.
func ownLedger(t testing.TB) handoff.Ledger {
	l := fullLedger(t)
	l.Reasons = ownReasons(l.Week.Start())
	l.Tallies[handoff.TrendWeeks-1] = append(l.Tallies[handoff.TrendWeeks-1],
		decisions("Webinar", "Cold chain in practice", handoff.Reject, "no-fleet", 4), decisions("Webinar", "Cold chain in practice", handoff.NotNow, "next-season", 2),
		decisions("Trade fair", "Logistics Madrid", handoff.Reject, "wrong-role", 1))
	return l
}

func firstLedger(t testing.TB) handoff.Ledger {
	l := emptyLedger(t)
	l.First = l.Week.Start().Add(35 * time.Hour)
	l.Tallies[handoff.TrendWeeks-1] = append(offers("Google Ads", "", 7, 0),
		decisions("Google Ads", "", handoff.Accept, "", 3), decisions("Google Ads", "", handoff.Reject, "wrong-region", 2), decisions("Google Ads", "", handoff.NotNow, "bad-timing", 1))
	l.Pace = handoff.Pace{Timed: 6, Median: 45 * time.Minute, P90: 5*time.Hour + 5*time.Minute}
	l.Backlog = handoff.Backlog{Open: 1}
	l.Back = handoff.Returns{Offered: 2, Accepted: 1, Open: 1}
	l.Lately = l.Back
	l.Needs = []handoff.Need{{Number: 3, Company: "Acme", Text: "Something that reminds the drivers."}}
	return l
}

// hostile is a text that is long and means to be read as something else.
func hostile(i int) string {
	return fmt.Sprintf("<!channel> <https://evil.example|click> *%d* &amp; @here `x` \x1b[31m\u202e", i) + strings.Repeat("Ñ漢🚚\n|", 100)
}

func longLedger(t testing.TB) handoff.Ledger {
	l := emptyLedger(t)
	l.First = l.Week.Add(-30).Start()
	for w := range l.Tallies {
		for i := range 500 {
			name := hostile(i)
			l.Tallies[w] = append(l.Tallies[w],
				handoff.Tally{Source: name, Campaign: name, First: true, Count: 12345}, decisions(name, name, handoff.Accept, "", 500+i*(1+w/11)),
				decisions(name, name, handoff.Reject, "wrong-size", 300), decisions(name, name, handoff.Reject, "dropped-"+fmt.Sprint(i%3), 7))
		}
		for _, r := range l.Reasons {
			l.Tallies[w] = append(l.Tallies[w], decisions("", "", handoff.Reject, r.Key, 100*(1+w/11)))
		}
	}
	l.Pace = handoff.Pace{Timed: 9, Median: 5000 * time.Hour, P90: 50000 * time.Hour}
	l.Backlog = handoff.Backlog{Open: 123456, Overdue: 12345}
	for i := range 10 {
		l.Needs = append(l.Needs, handoff.Need{Number: int64(i), Company: hostile(i), Campaign: hostile(i % 3), Text: strings.Repeat(hostile(i), 4)})
		l.Late = append(l.Late, handoff.Lead{ID: int64(i), Number: 100000 + int64(i), Person: handoff.Person{Name: hostile(i), Company: hostile(i + 1)}, Due: l.Week.Start()})
	}
	l.LateAll = 12345
	l.Agreed = []handoff.Agreement{{Kind: handoff.AgreementDefinitions, Version: 1234, InForce: l.Week.Start(), Definitions: handoff.Definitions{
		MQL: "Budget, timeline, need, urgency, deadline, plazo. " + hostile(1)}}}
	for i := range 40 {
		l.Agreed = append(l.Agreed, handoff.Agreement{Kind: handoff.AgreementProfile, Version: i, InForce: l.Week.Add(-i / 4).Start()})
	}
	for i := range 9 {
		l.Asked.Forms = append(l.Asked.Forms, "budget "+hostile(i))
		l.Asked.Mapping = append(l.Asked.Mapping, "plazo "+hostile(i))
	}
	for _, r := range l.Reasons {
		l.Unanswered = append(l.Unanswered, handoff.Unanswered{Reason: r.Key, Count: 123456, Waited: 12345, Since: l.Week.Add(-8).Start()})
	}
	for i := range maxEffects {
		l.Answers = append(l.Answers, handoff.Answered{
			Answer: handoff.Answer{Reason: "wrong-size", Campaign: hostile(i), What: cut(hostile(i), handoff.MaxWhat), Since: l.Week.Start()},
			Before: []handoff.Tally{decisions("", hostile(i), handoff.Reject, "wrong-size", 12345)}, After: []handoff.Tally{decisions("", hostile(i), handoff.Accept, "", 123456)},
		})
	}
	return l
}

// Only the parts from store.NamingPart on name people: the store lets no other be shown anew when somebody is erased.
func TestNamingParts(t *testing.T) {
	l := fullLedger(t)
	naming := map[int]bool{}
	for _, part := range DigestBlocks(texts(t).In("en"), l.Figures(), DigestOptions{}) {
		for _, name := range []string{"Hall & Sons", "Frigoríficos", "trazabilidad", "Ana Torres", "Muelle 7"} {
			naming[part.Part] = naming[part.Part] || strings.Contains(fmt.Sprint(part.Text, string(indented(t, part.Blocks))), name)
		}
	}
	for part, names := range naming {
		if names != (part >= store.NamingPart) {
			t.Errorf("part %d names people: %v", part, names)
		}
	}
	if len(naming) != digestParts {
		t.Errorf("looked at %d parts, there are %d", len(naming), digestParts)
	}
}
