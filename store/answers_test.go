package store_test

import (
	"reflect"
	"testing"
	"time"

	"relevo/handoff"
	"relevo/store"
)

func TestAnswers(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ctx, ws := t.Context(), workspace(t, s)
		answer := handoff.Answer{Reason: "wrong-size", Campaign: "Autumn", What: "Asked for the size", Since: monday, By: "U1", At: monday.Add(time.Hour)}
		for range 2 { // Slack may deliver it twice
			must(t, s.AddAnswer(ctx, ws.ID, "V1", answer))
		}
		answer.Workspace = ws.ID
		other := answer
		other.Reason, other.At = "wrong-data", monday.Add(2*time.Hour)
		must(t, s.AddAnswer(ctx, ws.ID, "V2", other))
		got, err := s.Answers(ctx, ws.ID, monday, monday.Add(3*time.Hour))
		must(t, err)
		for i := range got {
			got[i].ID, got[i].Since, got[i].At = 0, got[i].Since.In(monday.Location()), got[i].At.In(monday.Location())
		}
		if want := []handoff.Answer{answer, other}; !reflect.DeepEqual(got, want) {
			t.Errorf("got %+v, want %+v", got, want)
		}
		for _, span := range [][2]time.Time{{monday, answer.At}, {other.At.Add(time.Millisecond), monday.AddDate(1, 0, 0)}} {
			if got, err := s.Answers(ctx, ws.ID, span[0], span[1]); err != nil || len(got) != 0 {
				t.Errorf("in a span without answers: %+v, %v", got, err)
			}
		}
	})
}

// Outcomes go by when a lead was offered, and what is unanswered by when it was decided.
func TestOutcomesAndUnanswered(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ctx, ws, hour := t.Context(), workspace(t, s), time.Hour
		offered := []time.Time{monday, monday.Add(hour), monday.Add(2 * hour), monday.Add(3 * hour)}
		for i, at := range offered {
			a := person(i + 1)
			a.At = at
			add(t, s, ws, a)
		}
		reasons := []string{"wrong-size", "wrong-size", "wrong-size", "wrong-data"}
		for i, reason := range reasons {
			l := byNumber(t, s, ws, int64(i+1))
			_, _, err := s.Decide(ctx, ws.ID, l.ID, "", reject(ws, "U1", reason, monday.Add(time.Duration(5+i)*hour)), ws.Rules())
			must(t, err)
		}
		got, err := s.Outcomes(ctx, ws.ID, offered[1], offered[3], monday.Add(7*hour)) // the third is offered, not decided by then
		must(t, err)
		if want := []handoff.Tally{{Source: "Webinar", Campaign: "Autumn", Verdict: handoff.Reject, Reason: "wrong-size", Count: 1}}; !reflect.DeepEqual(got, want) {
			t.Errorf("outcomes: got %+v, want %+v", got, want)
		}
		unanswered := func(to time.Time) []handoff.Unanswered {
			t.Helper()
			us, err := s.Unanswered(ctx, ws.ID, monday, to)
			must(t, err)
			for i := range us {
				us[i].Since = us[i].Since.In(monday.Location())
			}
			return us
		}
		later := monday.Add(7 * hour).Add(handoff.OwedAfter)
		want := []handoff.Unanswered{
			{Reason: "wrong-data", Count: 1, Since: monday.Add(8 * hour)}, {Reason: "wrong-size", Count: 3, Waited: 2, Since: monday.Add(5 * hour)},
		}
		if got := unanswered(later); !reflect.DeepEqual(got, want) {
			t.Errorf("unanswered: got %+v, want %+v", got, want)
		}
		must(t, s.AddAnswer(ctx, ws.ID, "", handoff.Answer{Reason: "wrong-size", At: monday.Add(6 * hour)}))
		want[1] = handoff.Unanswered{Reason: "wrong-size", Count: 1, Since: monday.Add(7 * hour)}
		if got := unanswered(later); !reflect.DeepEqual(got, want) {
			t.Errorf("after an answer: got %+v, want %+v", got, want)
		}
		want = []handoff.Unanswered{{Reason: "wrong-size", Count: 1, Since: monday.Add(5 * hour)}}
		if got := unanswered(monday.Add(6*hour - time.Millisecond)); !reflect.DeepEqual(got, want) {
			t.Errorf("before the answer: got %+v, want %+v", got, want)
		}
		names, err := s.Campaigns(ctx, ws.ID, offered[2], 9)
		must(t, err)
		none, err := s.Campaigns(ctx, ws.ID, offered[3].Add(1*hour), 9)
		must(t, err)
		if !reflect.DeepEqual(names, []string{"Autumn"}) || len(none) != 0 {
			t.Errorf("campaigns: got %v and %v", names, none)
		}
	})
}

// An answer lets the newest digest's list of what is owed be shown anew, and no other message.
func TestAnswerRefreshesTheDigest(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ctx, ws := t.Context(), workspace(t, s)
		ws.FeedbackChannel = "F1"
		must(t, s.SaveWorkspace(ctx, ws))
		for _, week := range []string{"2026-W46", "2026-W47"} {
			_, err := s.PlanDigest(ctx, ws.ID, week, store.OwesPart+1, nil, monday)
			must(t, err)
			for part := range store.OwesPart + 1 {
				must(t, s.Posted(ctx, claim(t, s, store.Post, monday), "F1", week+string(rune('a'+part))))
			}
		}
		nothing(t, s, store.Update, monday)
		must(t, s.AddAnswer(ctx, ws.ID, "V1", handoff.Answer{Reason: "wrong-size", At: monday}))
		if m := claim(t, s, store.Update, monday); m.Week != "2026-W47" || m.Part != store.OwesPart {
			t.Errorf("shown anew: %+v", m)
		}
		nothing(t, s, store.Update, monday)
	})
}
