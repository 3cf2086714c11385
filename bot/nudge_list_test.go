package bot

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"relevo/handoff"
	"relevo/internal/text"
	"relevo/store"
)

// onList is a lead that is on a list and waits, as the change makes it.
func onList(number int64, hours int, change func(*store.Listed)) store.Listed {
	l := store.Listed{Lead: handoff.Lead{
		ID: number, Number: number, State: handoff.Open, Round: 1, Due: cardNow.Add(time.Duration(hours) * time.Hour),
		Person: handoff.Person{Name: fmt.Sprintf("Person %d", number), Company: "Acme Iberia"},
	}}
	l.About, l.Was = l.Round, l.Due
	if change != nil {
		change(&l)
	}
	return l
}

func nudgeLists(t testing.TB) map[string]NudgeList {
	mine := func(l *store.Listed) { l.Owner = "U0LUKE0001" }
	fresh := func(l *store.Listed) { l.Owner, l.Fresh = "U0ANA00001", true }
	became := func(v handoff.Verdict) func(*store.Listed) {
		return func(l *store.Listed) {
			l.State, l.Verdict, l.Back = v.State(), v, cardNow.AddDate(0, 0, 30)
		}
	}
	mixed := []store.Listed{
		onList(1001, -30, mine),
		onList(1002, -29, func(l *store.Listed) { l.Owner = "U0NOBODY00" }),
		onList(1003, -28, became(handoff.Accept)), onList(1004, -27, became(handoff.Reject)), onList(1005, -26, became(handoff.NotNow)),
		onList(1006, -25, func(l *store.Listed) { became(handoff.NotNow)(l); l.State, l.Round = handoff.Open, 2 }),
		onList(1007, -24, func(l *store.Listed) { l.Due = l.Due.Add(50 * time.Hour) }),
		onList(1008, -23, func(l *store.Listed) { l.Lead = handoff.Rules{}.Erased(l.Lead) }),
		onList(1009, -2, fresh),
		onList(1010, -1, func(l *store.Listed) { l.Fresh = true }),
	}
	var many []store.Listed
	for i := range 60 {
		many = append(many, onList(int64(2000+i), i-60, func(l *store.Listed) {
			l.Name, l.Company, l.Fresh, l.Owner = hostile(i), hostile(i+1), i > 55, "U0LUKE0001"
		}))
	}
	list := func(kind store.Kind, leads ...store.Listed) NudgeList {
		n := NudgeList{Kind: kind, Leads: leads, Zone: cardZone(t), CardURLs: map[int64]string{}, Names: map[string]string{"U0LUKE0001": "Luke <!here> Carter"}}
		for _, l := range leads {
			if l.ID != 1009 {
				n.CardURLs[l.ID] = fmt.Sprintf("https://acme.slack.com/archives/C0MQLLEADS/p%d", l.ID)
			}
		}
		return n
	}
	return map[string]NudgeList{
		"overdue":         list(store.KindOverdue, mixed...),
		"overdue_one":     list(store.KindOverdue, mixed[8]),
		"overdue_decided": list(store.KindOverdue, mixed[2:5]...),
		"overdue_many":    list(store.KindOverdue, many...),
		"late":            list(store.KindLate, mixed...),
		"late_one":        list(store.KindLate, mixed[9]),
		"halves":          list(store.KindHalf, onList(1, 2, fresh), onList(2, 3, fresh), onList(3, 4, became(handoff.Accept))),
	}
}

// Every reminder is as its golden file, in both languages, and Slack takes it.
func TestNudgeGoldens(t *testing.T) {
	s := newStage(t)
	for _, lang := range text.Languages() {
		p := texts(t).In(lang)
		read := map[string]string{}
		show := func(name string, blocks []slack.Block, said string) {
			golden(t, fmt.Sprintf("nudge_%s_%s.json", name, lang), indented(t, map[string]any{"blocks": blocks, "text": said}))
			read[name] = s.posted(blocks, said)
		}
		lead := cardLead()
		lead.Owner = "U0ANA00001"
		blocks, said := halfBlocks(p, lead, cardZone(t))
		show("half", blocks, said)
		var all strings.Builder
		fmt.Fprintf(&all, "== half\n%s\n\n", read["half"])
		lists := nudgeLists(t)
		for _, name := range []string{"halves", "overdue", "overdue_one", "overdue_decided", "overdue_many", "late", "late_one"} {
			blocks, said := lists[name].Render(p)
			show(name, blocks, said)
			fmt.Fprintf(&all, "== %s\n%s\n\n", name, read[name])
		}
		golden(t, "nudges_"+lang+".txt", []byte(all.String()))
	}
}
