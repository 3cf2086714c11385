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

// goldenExercise has two people of sales and one of marketing, of whom so many have answered.
func goldenExercise(t testing.TB, answers int) Exercise {
	x := Exercise{Zone: cardZone(t), Exercise: handoff.Exercise{
		ID: 7, By: "U0GRACE001", At: cardNow, Closes: cardNow.AddDate(0, 0, 7), Leads: []int64{1, 2, 3, 4},
		Invited: map[handoff.Side][]string{handoff.SideSales: {"U0LUKE0001", "U0GRACE001"}, handoff.SideMarketing: {"U0MARTA001"}},
		Profile: handoff.Profile{Characteristics: []handoff.Characteristic{
			{ID: "I", Attribute: handoff.AttributeIndustry, Values: []string{"Logistics", "<!channel> *Retail*"}, Weight: 3}, {ID: "C", Attribute: handoff.AttributeCountry, Values: []string{"ES", "MX"}, Weight: 2},
			{ID: "S", Attribute: handoff.AttributeSize, Min: 51, Max: 500, Weight: 2}, {ID: "V", Attribute: handoff.AttributeExtra, Label: "Vehicles", Values: []string{"Over 50"}, Name: "Fleet", Weight: 1},
			{ID: "W", Attribute: handoff.AttributeWebsite, Weight: 1},
		}},
	}}
	for i, l := range []handoff.Lead{
		{Person: handoff.Person{Industry: "Logistics", Size: "51-200", Country: "ES", Role: "Head of Operations", Website: "x.example", Email: "a@x.example"}, Touch: handoff.Touch{Source: "Google", Campaign: "Spring webinar"}, Extras: []handoff.Extra{{Label: "vehicles", Value: "over 50"}}},
		{Person: handoff.Person{Industry: "<!channel> *Retail*", Country: "MX", Email: "a@gmail.com", Mailbox: handoff.MailboxFree}, Touch: handoff.Touch{Source: "LinkedIn"}},
		{Person: handoff.Person{Role: "Estudiante", Country: "AR", Email: "a@trash.example", Mailbox: handoff.MailboxDisposable}},
		{Person: handoff.Person{Industry: strings.Repeat("日", 60), Role: strings.Repeat("ñ", 60), Size: "10000+", Country: "DE"}, Touch: handoff.Touch{Source: strings.Repeat("s", 60), Campaign: strings.Repeat("c", 60)}},
	} {
		l.ID = int64(i + 1)
		x.Masked = append(x.Masked, x.Profile.Mask(l))
	}
	x.Answers = []handoff.ExerciseAnswer{
		{User: "U0LUKE0001", Side: handoff.SideSales, Best: []int64{1}, Worst: []int64{3, 2}, Weights: map[string]int{"I": 3, "C": 1, "S": 2, "V": 0, "W": 0}},
		{User: "U0MARTA001", Side: handoff.SideMarketing, Best: []int64{1, 2}, Worst: []int64{3}, Weights: map[string]int{"I": 1, "C": 1, "S": 2, "V": 0, "W": 1}},
		{User: "U0GRACE001", Side: handoff.SideSales, Best: []int64{1, 4}, Worst: []int64{2}, Weights: map[string]int{"I": 3, "C": 2, "S": 2, "V": 0, "W": 1}},
	}[:answers]
	return x
}

func concluded(x Exercise) Exercise {
	r := x.Conclude(x.Answers, x.Evidence())
	r.Leads[0].Verdict, r.Leads[1].Verdict, r.Leads[2].Verdict = handoff.Accept, handoff.Reject, handoff.Reject
	r.Accepted = handoff.Proportion{Count: 61, Of: 140}
	r.Marks[0].Shows, r.Marks[0].Lacks = handoff.Proportion{Count: 48, Of: 80}, handoff.Proportion{Count: 9, Of: 52}
	r.Marks[1].Shows, r.Marks[1].Lacks = handoff.Proportion{Count: 50, Of: 110}, handoff.Proportion{Count: 1, Of: 4}
	r.Marks[3].Lacks = handoff.Proportion{Count: 3, Of: 9}
	x.Result, x.Closed = &r, x.Closes
	return x
}

func TestExerciseGoldens(t *testing.T) {
	s := newStage(t)
	asked := func(change func(*Exercise)) Exercise {
		x := concluded(goldenExercise(t, 3))
		change(&x)
		return x
	}
	for _, lang := range text.Languages() {
		p := texts(t).In(lang)
		var read strings.Builder
		for _, c := range []struct {
			name   string
			render func() ([]slack.Block, string)
		}{
			{"running", func() ([]slack.Block, string) { return goldenExercise(t, 2).Render(p) }},
			{"nobody_named", func() ([]slack.Block, string) { x := goldenExercise(t, 1); x.Invited = nil; return x.Render(p) }},
			{"result", func() ([]slack.Block, string) { return concluded(goldenExercise(t, 3)).Render(p) }},
			{"erased", func() ([]slack.Block, string) {
				return asked(func(x *Exercise) { x.Leads, x.Masked = x.Leads[1:], x.Masked[1:] }).Render(p)
			}},
			{"proposed", func() ([]slack.Block, string) {
				return asked(func(x *Exercise) {
					x.Proposal, x.ProposalURL = &handoff.Agreement{By: "U0MARTA001"}, "https://x.slack.example/p1"
				}).Render(p)
			}},
			{"nothing_follows", func() ([]slack.Block, string) {
				return asked(func(x *Exercise) { x.Result.Next = handoff.Profile{} }).Render(p)
			}},
			{"stays", func() ([]slack.Block, string) {
				return asked(func(x *Exercise) { x.Result.Next = x.Profile }).Render(p)
			}},
			{"nobody", func() ([]slack.Block, string) { return concluded(goldenExercise(t, 0)).Render(p) }},
			{"remind", func() ([]slack.Block, string) {
				return goldenExercise(t, 0).Remind(p, store.ExerciseRemind, "https://x.slack.example/p1")
			}},
			{"again", func() ([]slack.Block, string) {
				return concluded(goldenExercise(t, 3)).Remind(p, store.ExerciseAgain, "")
			}},
		} {
			blocks, said := c.render()
			golden(t, fmt.Sprintf("exercise_%s_%s.json", c.name, lang), indented(t, map[string]any{"text": said, "blocks": blocks}))
			fmt.Fprintf(&read, "== %s\n%s\n-- as text\n%s\n\n", c.name, s.posted(blocks, said), said)
		}
		bare := goldenExercise(t, 0)
		bare.Profile, bare.Masked = handoff.Profile{}, nil
		ws := store.Workspace{}
		for name, v := range map[string]slack.ModalViewRequest{
			"start": startExerciseView(p, cardNow.In(cardZone(t))), "form": exerciseView(p, goldenExercise(t, 1), []handoff.Side{handoff.SideSales}, handoff.ExerciseAnswer{}),
			"form_again": exerciseView(p, goldenExercise(t, 1), handoff.Sides(), goldenExercise(t, 1).Answers[0]), "form_bare": exerciseView(p, bare, handoff.Sides(), handoff.ExerciseAnswer{}),
			"settings": learningView(p, ws),
		} {
			golden(t, fmt.Sprintf("exercise_%s_%s.json", name, lang), indented(t, v))
			shown := s.opened(v)
			if shown == nil {
				t.Fatalf("%s was not opened", name)
			}
			golden(t, fmt.Sprintf("exercise_%s_%s.txt", name, lang), []byte(shown.Title+"\n"+s.fake.Text(shown.Blocks)+"\n"))
			if _, handled := s.handled(v.CallbackID); !handled {
				t.Errorf("nobody handles %s", v.CallbackID)
			}
		}
		golden(t, "exercises_"+lang+".txt", []byte(read.String()))
	}
}

func TestCalibrationGoldens(t *testing.T) {
	s := newStage(t)
	c := Calibration{Zone: cardZone(t), Masked: goldenExercise(t, 0).Masked[0], Calibration: handoff.Calibration{ID: 3, Closes: cardNow.AddDate(0, 0, 2)}}
	c.Stands = true
	c.Right = map[handoff.Side]handoff.Proportion{handoff.SideSales: {Count: 2, Of: 3}}
	c.SoFar = map[handoff.Side]handoff.Proportion{handoff.SideSales: {Count: 31, Of: 44}, handoff.SideMarketing: {Count: 2, Of: 4}}
	closed := func(change func(*Calibration)) Calibration {
		after := c
		after.Closed = cardNow.Add(time.Hour)
		change(&after)
		return after
	}
	for _, lang := range text.Languages() {
		p := texts(t).In(lang)
		var read strings.Builder
		for name, c := range map[string]Calibration{
			"running": c, "accepted": closed(func(c *Calibration) { c.Accepted = true }), "rejected": closed(func(*Calibration) {}),
			"taken_back": closed(func(c *Calibration) { c.Stands = false }), "nobody": closed(func(c *Calibration) { c.Right, c.SoFar = nil, nil }), "erased": closed(func(c *Calibration) { c.Erased = true }),
		} {
			blocks, said := c.Render(p)
			golden(t, fmt.Sprintf("calibration_%s_%s.json", name, lang), indented(t, map[string]any{"text": said, "blocks": blocks}))
			read.Reset()
			fmt.Fprintf(&read, "%s\n-- as text\n%s\n", s.posted(blocks, said), said)
			golden(t, fmt.Sprintf("calibration_%s_%s.txt", name, lang), []byte(read.String()))
		}
	}
}
