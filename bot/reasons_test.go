package bot

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"relevo/handoff"
	"relevo/internal/text"
	"relevo/store"
)

// ownReasons are those of a workspace that has renamed one at some time, retired one, and added some of its own.
func ownReasons(at time.Time) handoff.Reasons {
	rs := handoff.DefaultReasons()
	for i, r := range rs {
		switch r.Key {
		case "wrong-size":
			rs[i].Names = []handoff.Name{{Name: "Fewer than ten vans (or none)", Since: at}}
		case "wrong-role":
			rs[i].Retired = true
		}
	}
	return append(rs,
		handoff.Reason{Key: "no-fleet", Lane: handoff.LaneProfile, FollowUp: handoff.Close, Names: []handoff.Name{{Name: "<No> *fleet*"}}},
		handoff.Reason{Key: "next-season", Lane: handoff.LaneTiming, FollowUp: handoff.Recycle, Days: 200, NeedsNote: true, Names: []handoff.Name{{Name: "Next season"}}},
		handoff.Reason{Key: "latam", Lane: handoff.LaneRouting, FollowUp: handoff.Reroute, Route: "R2", Names: []handoff.Name{{Name: "LATAM's"}}})
}

// manyReasons are as many as there may be, each with the longest name.
func manyReasons() handoff.Reasons {
	rs := handoff.DefaultReasons()
	for i := len(rs); i < handoff.MaxReasons; i++ {
		r := handoff.Reason{Key: fmt.Sprintf("own-%d", i), Lane: handoff.Lanes()[i%4], FollowUp: handoff.Close, NeedsNote: true, Retired: i%9 == 0}
		if r.Lane == handoff.LaneTiming {
			r.FollowUp, r.Days = handoff.Recycle, handoff.MaxReasonDays
		}
		r.Names = []handoff.Name{{Name: fmt.Sprintf("%02d", i) + strings.Repeat("ñ", handoff.MaxReasonName-2)}}
		rs = append(rs, r)
	}
	return rs
}

// The list and the forms of the reasons are as their golden files, in both languages, and Slack takes them.
func TestReasonGoldens(t *testing.T) {
	s := newStage(t)
	own := handoff.Settings{Reasons: ownReasons(cardNow), Routes: []handoff.Route{{ID: "R1", Name: "Iberia"}, {ID: "R2", Name: "Latin America"}}}
	form := func(p *text.Printer, of handoff.Settings, key string, lane handoff.Lane, problem string) modalCase {
		r, _ := of.ReasonList().Find(key)
		ref := reasonRef{Key: key}
		if key != "" {
			ref.Was = r.Form()
		}
		if lane == "" {
			lane = r.Lane
		}
		return modalCase{view: reasonView(p, of, ref, lane, problem), reads: []string{"name value", "lane reasons.lane", "needs_note value"}}
	}
	for _, lang := range text.Languages() {
		p := texts(t).In(lang)
		var read strings.Builder
		for _, c := range []struct {
			name  string
			of    handoff.Settings
			reads []string
			modalCase
		}{
			{"list", handoff.Settings{}, nil, modalCase{view: reasonsView(p, handoff.Settings{})}},
			{"list_own", own, nil, modalCase{view: reasonsView(p, own)}},
			{"list_many", own, nil, modalCase{view: reasonsView(p, handoff.Settings{Reasons: manyReasons()})}},
			{"add", own, nil, form(p, own, "", "", "")},
			{"add_timing", own, []string{"days value"}, form(p, own, "", handoff.LaneTiming, "")},
			{"edit", own, nil, form(p, own, "wrong-size", "", "")},
			{"edit_timing", own, []string{"days value"}, form(p, own, "next-season", "", "")},
			{"edit_routing", own, []string{"follow_up value", "route value"}, form(p, own, "latam", "", "")},
			{"edit_to_routing", handoff.Settings{}, []string{"follow_up value"}, form(p, handoff.Settings{}, "duplicate", handoff.LaneRouting, "")},
			{"saved", own, nil, modalCase{view: reasonSavedView(p, own, "")}},
			{"edit_retired", own, nil, form(p, own, "wrong-role", "", "")},
			{"edit_last", own, nil, form(p, own, "wrong-data", "", problemText(p, handoff.FieldError{Problem: handoff.LastInLane}))},
		} {
			golden(t, fmt.Sprintf("reasons_%s_%s.json", c.name, lang), indented(t, c.view))
			v := s.opened(c.view)
			if v == nil {
				t.Fatalf("%s was not opened", c.name)
			}
			fmt.Fprintf(&read, "== %s: %s [%s]\n%s\n\n", c.name, v.Title, v.Submit, s.fake.Text(v.Blocks))
			if c.modalCase.reads != nil {
				c.modalCase.name, c.modalCase.reads = c.name, append(c.modalCase.reads, c.reads...)
				checkInputs(t, c.modalCase)
				if got, err := parseReasonRef(c.view.PrivateMetadata); err != nil || got.String() != c.view.PrivateMetadata {
					t.Errorf("%s remembers %s, which is read as %+v (%v)", c.name, c.view.PrivateMetadata, got, err)
				}
			}
		}
		for _, answer := range []struct {
			name string
			of   handoff.Settings
		}{{"own", own}, {"many", handoff.Settings{Reasons: manyReasons()}}} {
			c := Call{scene: scene{P: p, Workspace: store.Workspace{Settings: store.Settings{Settings: answer.of}}}}
			got := New(Config{Texts: texts(t)}).ShowReasons(c)
			golden(t, fmt.Sprintf("answer_reasons_%s_%s.json", answer.name, lang), indented(t, got))
			fmt.Fprintf(&read, "== answer, %s\n%s\n\n", answer.name, s.posted(got.Blocks, got.Text))
		}
		golden(t, "reasons_"+lang+".txt", []byte(read.String()))
	}
}
