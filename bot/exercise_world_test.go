package bot_test

import (
	"errors"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"relevo/handoff"
	"relevo/internal/slackfake"
	"relevo/store"
)

var bothSides = map[handoff.Role][]string{
	handoff.RoleSales: {slackfake.Luke, slackfake.Ana}, handoff.RoleManager: {slackfake.Grace}, handoff.RoleMarketing: {slackfake.Marta},
}

// pasts imports leads with an outcome: so many accepted, then so many rejected, each with a name that nobody must read.
func pasts(t *testing.T, s *store.Store, ws store.Workspace, now time.Time, accepted, rejected int) {
	t.Helper()
	var all []handoff.Arrival
	for i := range accepted + rejected {
		a := handoff.Arrival{
			Person: handoff.Person{
				Name: fmt.Sprint("Secret Person", i), Email: fmt.Sprintf("secret%d@hidden.example", i), Company: "Hidden Works", Website: "hidden.example",
				Industry: []string{"Logistics", "Retail", "Food"}[i%3], Country: "ES", Size: "51-200", Role: fmt.Sprintf("Head of Operations, Secret Person%d", i),
			},
			Touch: handoff.Touch{Source: "Webinar", Campaign: "Autumn", Activity: "Secret asked"}, At: now.AddDate(0, 0, -40+i),
			Outcome: &handoff.Outcome{Verdict: handoff.Accept, At: now.AddDate(0, 0, -39+i), Timed: true},
		}
		if i >= accepted {
			a.Outcome.Verdict, a.Outcome.Reason = handoff.Reject, "wrong-size"
		}
		a, err := a.Clean()
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, a)
	}
	if _, err := s.AddHistory(t.Context(), ws, all); err != nil {
		t.Fatal(err)
	}
}

// holding returns the only message of a channel that says this.
func (w *world) holding(channel, says string) (found slackfake.Message) {
	w.t.Helper()
	w.seen(channel+" says "+says, func() bool {
		n := 0
		for _, m := range w.fake.Messages(channel) {
			if strings.Contains(w.fake.Text(m.Blocks), says) {
				found, n = m, n+1
			}
		}
		return n == 1
	})
	return found
}

// begins has somebody start the exercise from the profile.
func (w *world) begins(user string) {
	w.t.Helper()
	got := w.answer(user, "/mql profile")
	if err := w.fake.Click(w.t.Context(), user, slackfake.InMessage(got.Channel, got.TS), "exercise.start", ""); err != nil {
		w.t.Fatal(err)
	}
	if r := w.submit(user, nil); r.View == nil || !strings.Contains(w.fake.Text(r.View.Blocks), "invitation stands") {
		w.t.Fatalf("%s sees %+v", user, r)
	}
	w.closeModal(user)
}

func (w *world) closeModal(user string) {
	w.t.Helper()
	if v := w.fake.Modal(user); v != nil {
		if err := w.fake.CloseView(w.t.Context(), user, v.ID); err != nil {
			w.t.Fatal(err)
		}
	}
}

// answersExercise fills in somebody's form: the leads of these places, and the same weight for all but those that are named.
func (w *world) answersExercise(user string, best, worst, weight int, others map[string]string) slackfake.Result {
	w.t.Helper()
	w.click(user, w.holding(slackfake.ChannelLeads, "Take part"), "exercise.take_part", "")
	x, err := w.store.LastExercise(w.t.Context(), 1)
	if err != nil {
		w.t.Fatal(err)
	}
	values := map[string]string{"best": fmt.Sprint(x.Leads[best]), "worst": fmt.Sprint(x.Leads[worst])}
	for _, c := range x.Asked() {
		values[handoff.WeightField(c)] = fmt.Sprint(weight)
	}
	maps.Copy(values, others)
	return w.submit(user, values)
}

// From the start by a manager to the next version of the profile, signed by both sides.
func TestExercise(t *testing.T) {
	overBoth(t, func(t *testing.T, w *world) {
		if err := w.fake.SetLocale(t.Context(), slackfake.Marta, "en-US"); err != nil {
			t.Fatal(err)
		}
		w.named(bothSides)
		pasts(t, w.store, w.workspace(), w.fake.Now(), 18, 8)
		if said := w.fake.Text(w.answer(slackfake.Luke, "/mql profile").Blocks); strings.Contains(said, "Start the exercise") {
			t.Errorf("a rep reads\n%s", said)
		}
		w.begins(slackfake.Grace)
		w.holding(slackfake.ChannelLeads, "Sales: 0 of 3 answered  ·  Marketing: 0 of 1 answered")
		if said := w.fake.Text(w.answer(slackfake.Grace, "/mql profile").Blocks); !strings.Contains(said, "An exercise runs until") || strings.Contains(said, "Start the exercise") {
			t.Errorf("while one runs Grace reads\n%s", said)
		}

		// The form tells nothing of who it is, and says what is missing.
		w.click(slackfake.Luke, w.holding(slackfake.ChannelLeads, "Take part"), "exercise.take_part", "")
		form := w.fake.Text(w.fake.Modal(slackfake.Luke).Blocks)
		if strings.Contains(strings.ToLower(form), "secret") || strings.Contains(strings.ToLower(form), "hidden") || strings.Contains(form, "#") || !strings.Contains(form, "51-200 people · Spain · Webinar, Autumn · has a website · company e-mail") {
			t.Errorf("the form shows\n%s", form)
		}
		if r := w.submit(slackfake.Luke, nil); len(r.Errors) != 9 {
			t.Errorf("an empty form is answered %+v", r)
		}
		w.closeModal(slackfake.Luke)
		if r := w.answersExercise(slackfake.Luke, 0, 0, 2, nil); r.Errors["worst"] == "" {
			t.Errorf("best and worst at once: %+v", r)
		}
		w.closeModal(slackfake.Luke)
		if r := w.answersExercise(slackfake.Luke, 0, 1, 2, nil); r.View == nil || r.View.Title != "Thank you" {
			t.Fatalf("Luke sees %+v", r)
		}
		w.closeModal(slackfake.Luke)
		w.holding(slackfake.ChannelLeads, "Sales: 1 of 3 answered  ·  Marketing: 0 of 1 answered")
		// He changes it, and finds what he had said.
		w.click(slackfake.Luke, w.holding(slackfake.ChannelLeads, "Take part"), "exercise.take_part", "")
		if r := w.submit(slackfake.Luke, map[string]string{"weight-industry": "3", "weight-source": "0"}); r.View == nil || r.View.Title != "Thank you" {
			t.Fatalf("Luke sees %+v", r)
		}
		w.closeModal(slackfake.Luke)
		w.holding(slackfake.ChannelLeads, "Sales: 1 of 3 answered")

		// Half-way those are reminded who have not answered, in working hours.
		w.goes(4, 8, 59)
		w.has(graceIM)
		w.goes(4, 9, 0)
		if m := w.holding(graceIM, "still waits for your answer"); !strings.Contains(w.fake.Text(m.Blocks), "See it in the channel") {
			t.Errorf("Grace reads %s", w.fake.Text(m.Blocks))
		}
		w.answersExercise(slackfake.Grace, 0, 1, 2, map[string]string{"weight-source": "0"})
		w.closeModal(slackfake.Grace)
		w.answersExercise(slackfake.Ana, 0, 2, 2, map[string]string{"weight-source": "0"})
		w.closeModal(slackfake.Ana)
		w.answersExercise(slackfake.Marta, 1, 2, 0, map[string]string{"weight-website": "1"})
		result := w.holding(slackfake.ChannelLeads, "Who is our perfect customer? The result of")
		said := w.fake.Text(result.Blocks)
		for _, says := range []string{
			"Sales: 3 of 3 answered  ·  Marketing: 1 of 1 answered", "sales: best 3, worst 0 · marketing: best 0, worst 0 · no common view",
			"sales: best 0, worst 2 · marketing: best 1, worst 0 · the sides differ", "sales: best 0, worst 1 · marketing: best 0, worst 1 · the sides agree",
			"sales had accepted it", "sales had rejected it", "Make it the next version's proposal",
		} {
			if !strings.Contains(said, says) {
				t.Errorf("the result does not say %q:\n%s", says, said)
			}
		}
		if strings.Contains(strings.ToLower(said), "secret") || strings.Contains(said, "Luke") {
			t.Errorf("the result tells who:\n%s", said)
		}
		w.click(slackfake.Marta, result, "exercise.propose", "")
		// Grace had seen the button too, unless the message has changed already and has none.
		if err := w.fake.Click(t.Context(), slackfake.Grace, slackfake.InMessage(result.Channel, result.TS), "exercise.propose", ""); err != nil && !strings.Contains(err.Error(), "no element") {
			t.Fatal(err)
		}
		proposal := w.holding(slackfake.ChannelLeads, "Proposal: version 1 of the perfect customer")
		w.holding(slackfake.ChannelLeads, "for the next version by @Marta Vidal")
		w.click(slackfake.Grace, proposal, "proposal.sign", "")
		w.click(slackfake.Marta, proposal, "proposal.sign", "")
		w.holding(slackfake.ChannelLeads, "Version 1 of the perfect customer is in force")
		ws := w.workspace()
		if i := ws.Profile.Index("industry"); i < 0 || ws.Profile.Characteristics[i].Values[0] == "" || ws.Profile.Index("source") >= 0 {
			t.Errorf("in force: %+v", ws.Profile)
		}
		// Three months after it managers are reminded, each quarter.
		w.settled()
		w.fake.SetNow(time.Date(2027, 2, 22, 9, 0, 0, 0, madrid()))
		w.holding(graceIM, "The last perfect-customer exercise was on")

		// What says the same once more has nothing to propose.
		w.begins(slackfake.Grace)
		same := map[string]string{}
		for _, c := range ws.Profile.Characteristics {
			same[handoff.WeightField(c)] = fmt.Sprint(c.Weight)
		}
		for _, user := range []string{slackfake.Luke, slackfake.Grace, slackfake.Ana, slackfake.Marta} {
			w.answersExercise(user, 0, 1, 0, same)
			w.closeModal(user)
		}
		if m := w.holding(slackfake.ChannelLeads, "it stays as it is"); strings.Contains(fmt.Sprint(m.Blocks), "exercise.propose") {
			t.Errorf("it can be proposed:\n%s", w.fake.Text(m.Blocks))
		}
	})
}

// Who may not start one or take part is told why; who is on no side, while nobody is named, says for which they answer.
func TestExerciseWho(t *testing.T) {
	overBoth(t, func(t *testing.T, w *world) {
		pasts(t, w.store, w.workspace(), w.fake.Now(), 6, 6)
		w.begins(slackfake.Luke) // nobody is named: anybody may
		if r := w.answersExercise(slackfake.Luke, 0, 1, 1, nil); r.Errors["side"] == "" {
			t.Errorf("without a side: %+v", r)
		}
		w.closeModal(slackfake.Luke)
		if r := w.answersExercise(slackfake.Luke, 0, 1, 1, map[string]string{"side": "marketing"}); r.View == nil || r.View.Title != "Thank you" {
			t.Errorf("with a side: %+v", r)
		}
		w.closeModal(slackfake.Luke)
		m := w.holding(slackfake.ChannelLeads, "Sales: 0 answers  ·  Marketing: 1 answer")
		w.named(bothSides)
		w.fake.AddUser(slackfake.User{ID: member, RealName: "Mo Member"})
		if err := w.fake.SetMember(slackfake.ChannelLeads, member, true); err != nil {
			t.Fatal(err)
		}
		if said := w.told(member, func() { w.click(member, m, "exercise.take_part", "") }); !strings.Contains(said, "people who are named for sales or for marketing") {
			t.Errorf("Mo is told %q", said)
		}
		if said := w.told(slackfake.Otto, func() { w.click(slackfake.Otto, m, "exercise.take_part", "") }); said == "" || strings.Contains(said, "Lead") {
			t.Errorf("Otto is told %q", said)
		}
		// It closes on its day. Whoever still has the form open is told so.
		w.click(slackfake.Luke, w.holding(slackfake.ChannelLeads, "Take part"), "exercise.take_part", "")
		w.goes(7, 18, 0)
		w.holding(slackfake.ChannelLeads, "The result of")
		if r := w.submit(slackfake.Luke, map[string]string{"weight-role": "3"}); r.View == nil || !strings.Contains(w.fake.Text(r.View.Blocks), "It has closed") {
			t.Errorf("Luke sees %+v", r)
		}
	})
}

// While an exercise runs a lead is erased: it drops out of the form and of the result. The invitation is posted anew when somebody deletes it.
func TestExerciseErased(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "http", "en")
	w.named(bothSides)
	pasts(t, w.store, w.workspace(), w.fake.Now(), 8, 8)
	w.begins(slackfake.Grace)
	m := w.holding(slackfake.ChannelLeads, "Take part")
	x, err := w.store.LastExercise(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	w.answersExercise(slackfake.Luke, 0, 1, 3, nil)
	w.closeModal(slackfake.Luke)
	gone, err := w.store.LeadByID(t.Context(), 1, x.Leads[0])
	if err != nil {
		t.Fatal(err)
	}
	w.settled()
	w.delete(w.holding(slackfake.ChannelLeads, "Take part"))
	if _, err := w.store.Erase(t.Context(), 1, store.Erasure{Email: gone.Email}, w.fake.Now()); err != nil {
		t.Fatal(err)
	}
	w.settled()
	if again := w.holding(slackfake.ChannelLeads, "Take part"); again.TS == m.TS {
		t.Error("it is not posted anew")
	}
	w.goes(7, 18, 0)
	said := w.fake.Text(w.holding(slackfake.ChannelLeads, "The result of").Blocks)
	if strings.Count(said, "sales had ") != 5 || strings.Contains(said, "best 1") {
		t.Errorf("the result shows\n%s", said)
	}
}

// A bot that is killed at any step of an exercise goes on where it was: one invitation, each reminder once, one result.
func TestExerciseKilled(t *testing.T) {
	for _, transport := range transports {
		t.Run(transport, func(t *testing.T) {
			t.Parallel()
			v := newVictim(t, transport)
			p := people{victim: v}
			ws, err := v.store.DefaultWorkspace(t.Context(), v.fake.Now())
			if err != nil {
				t.Fatal(err)
			}
			_, err = v.store.ChangeSettings(t.Context(), ws.ID, "", v.fake.Now(), func(s *handoff.Settings) error { s.Team.People = bothSides; return nil })
			if err != nil {
				t.Fatal(err)
			}
			pasts(t, v.store, ws, v.fake.Now(), 8, 8)
			lives := 0
			// What is to be done is tried under every death until one life survives it.
			through := func(do func(*life), done func() bool) {
				for fatal := 1; ; fatal++ {
					l := v.born(fatal, []string{"before", "during", "after"}[fatal%3])
					lives++
					tick := time.NewTicker(10 * time.Millisecond)
					for do(l); l.ctx.Err() == nil && !done(); do(l) {
						<-tick.C
					}
					tick.Stop()
					alive := p.settles(l, patience/3) && l.ctx.Err() == nil
					l.kill()
					v.fake.Advance(time.Minute) // whoever claimed something has it for less than that
					if alive {
						return
					}
				}
			}
			last := func() handoff.Exercise {
				x, err := v.store.LastExercise(t.Context(), ws.ID)
				if err != nil && !errors.Is(err, handoff.ErrNotFound) {
					t.Fatal(err)
				}
				return x
			}
			through(func(l *life) {
				view := v.fake.Modal(slackfake.Grace)
				if view == nil {
					got, err := v.fake.Command(l.ctx, slackfake.Grace, slackfake.ChannelGeneral, "/mql profile")
					if err != nil || v.fake.Click(l.ctx, slackfake.Grace, slackfake.InMessage(got.Channel, got.TS), "exercise.start", "") != nil {
						return
					}
					view = v.fake.Modal(slackfake.Grace)
				}
				if view != nil && view.Submit != "" {
					v.fake.Submit(l.ctx, slackfake.Grace, view.ID, nil)
				}
			}, func() bool { return last().ID != 0 })
			x, err := v.store.LastExercise(t.Context(), ws.ID)
			if err != nil {
				t.Fatal(err)
			}
			answer := handoff.ExerciseAnswer{User: slackfake.Luke, Side: handoff.SideSales, At: v.fake.Now(), Best: x.Leads[:1], Worst: x.Leads[1:2], Weights: map[string]int{}}
			for _, c := range x.Asked() {
				answer.Weights[c.ID] = 1
			}
			if err := v.store.AnswerExercise(t.Context(), ws.ID, x.ID, answer); err != nil {
				t.Fatal(err)
			}
			v.fake.SetNow(x.Remind)
			through(func(*life) {}, func() bool { return last().Remind.IsZero() })
			v.fake.SetNow(x.Closes)
			through(func(*life) {}, func() bool { return !last().Closed.IsZero() })
			counts := map[string]int{}
			for _, channel := range []string{slackfake.ChannelLeads, graceIM} {
				for _, m := range v.fake.Messages(channel) {
					said := v.fake.Text(m.Blocks)
					for _, says := range []string{"Take part", "The result of", "still waits"} {
						if strings.Contains(said, says) {
							counts[says]++
						}
					}
				}
			}
			if counts["The result of"] != 1 || counts["still waits"] != 1 || counts["Take part"] != 1 { // the button of Grace's reminder
				t.Errorf("after %d lives there are %v\n%s", lives, counts, v.fake.Transcript(slackfake.ChannelLeads))
			}
			t.Logf("%d lives", lives)
		})
	}
}
