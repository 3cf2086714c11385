package bot

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/slack-go/slack"

	"relevo/handoff"
	"relevo/internal/text"
)

// The two forms of the exercise: the one that starts it, and the one that everybody answers for themselves.

const (
	viewStartExercise = "exercise_start"
	viewExercise      = "exercise"
	blockCloses       = "closes"
	blockBest         = "best"
	blockWorst        = "worst"
	blockSide         = "side"
)

// exerciseRef is what the form remembers: which exercise it answers.
type exerciseRef struct{ id int64 }

func (r exerciseRef) String() string { return strconv.FormatInt(r.id, 10) }

func (a *App) openStartExercise(ctx context.Context, c click) error {
	if err := a.mayStartExercise(ctx, c.scene); err != nil {
		return err
	}
	last, err := a.Store.LastExercise(ctx, c.Workspace.ID)
	if ran, err := found(err); err != nil {
		return err
	} else if ran && last.Closed.IsZero() {
		return handoff.ErrRuns
	}
	return a.open(ctx, c.scene, startExerciseView(c.P, a.Now().In(c.Workspace.Location())))
}

func startExerciseView(p *text.Printer, now time.Time) slack.ModalViewRequest {
	v := modal(p, viewStartExercise, p.T("exercise.start.title"), p.T("exercise.start.submit"), nil)
	closes := slack.NewDatePickerBlockElement(actValue)
	closes.InitialDate = now.AddDate(0, 0, handoff.ExerciseDays).Format(time.DateOnly)
	v.Blocks.BlockSet = []slack.Block{
		richText(paragraph(words(p.T("exercise.start.intro")))),
		input(blockCloses, p.T("exercise.start.closes"), p.T("exercise.start.closes.hint"), false, closes),
	}
	return v
}

func (a *App) submitStartExercise(ctx context.Context, s submission) (*slack.ViewSubmissionResponse, error) {
	if err := a.mayStartExercise(ctx, s.scene); err != nil {
		return nil, err
	}
	members, _, err := a.people.groups(ctx, s.Workspace)
	if err != nil {
		return nil, err
	}
	zone := s.Workspace.Location()
	closes, err := time.ParseInLocation(time.DateOnly, field(s.View, blockCloses), zone)
	if err != nil {
		return nil, handoff.FieldErrors{{Field: blockCloses, Problem: handoff.Missing}}
	}
	x := handoff.Exercise{By: s.Actor.User, Invited: map[handoff.Side][]string{}}
	for _, side := range handoff.Sides() {
		if users := s.Workspace.Settings.Team.OfSide(side, members); len(users) > 0 {
			x.Invited[side] = users
		}
	}
	if x, err = x.Begin(closes, s.Workspace.Rules().Hours, a.Now()); err != nil {
		return nil, err
	}
	if _, err := a.Store.StartExercise(ctx, s.Workspace.ID, x, s.View.ID, uint64(x.At.UnixNano())); err != nil {
		return nil, err
	}
	return done(s.P, s.P.T("exercise.started.title"), s.P.T("exercise.started")), nil
}

// done replaces a form by one sentence.
func done(p *text.Printer, title, said string) *slack.ViewSubmissionResponse {
	v := modal(p, "notice", title, "", nil)
	v.Blocks.BlockSet = []slack.Block{richText(paragraph(words(said)))}
	return slack.NewUpdateViewSubmissionResponse(&v)
}

// openExercise opens somebody's own form, with what they answered before.
func (a *App) openExercise(ctx context.Context, c click) error {
	id, err := strconv.ParseInt(c.Action.Value, 10, 64)
	if err != nil {
		return fmt.Errorf("bot: the value of a button is not an exercise's: %w", err)
	}
	sides, err := a.speaksFor(ctx, c.scene)
	if err != nil {
		return err
	}
	x, err := a.exercise(ctx, c.Workspace, id)
	if err != nil {
		return err
	}
	if !x.Running(a.Now()) {
		return handoff.ErrOver
	}
	var mine handoff.ExerciseAnswer
	for _, answer := range x.Answers {
		if answer.User == c.Actor.User {
			mine = answer
		}
	}
	return a.show(ctx, c, exerciseView(c.P, x, sides, mine))
}

func exerciseView(p *text.Printer, x Exercise, sides []handoff.Side, mine handoff.ExerciseAnswer) slack.ModalViewRequest {
	v := modal(p, viewExercise, p.T("exercise.form.title"), p.T("exercise.form.submit"), exerciseRef{x.ID})
	add := func(blocks ...slack.Block) { v.Blocks.BlockSet = append(v.Blocks.BlockSet, blocks...) }
	add(note(p.T("exercise.form.private")))
	if len(sides) > 1 {
		which := slack.NewRadioButtonsBlockElement(actValue)
		for _, side := range sides {
			o := option(string(side), p.T("side."+string(side)))
			which.Options = append(which.Options, o)
			if side == mine.Side {
				which.InitialOption = o
			}
		}
		add(input(blockSide, p.T("exercise.form.side"), "", false, which))
	}
	if len(x.Masked) > 0 {
		lines := []slack.RichTextElement{paragraph(words(p.T("exercise.form.leads")))}
		var options []*slack.OptionBlockObject
		var rows [][]span
		for i, m := range x.Masked {
			rows = append(rows, []span{bold(letter(i)), words("  " + maskedText(p, m))})
			options = append(options, option(strconv.FormatInt(m.Lead, 10), letter(i)+"  "+maskedText(p, m)))
		}
		add(richText(append(lines, bullets(rows...))...))
		for _, q := range []struct {
			block string
			picks []int64
		}{{blockBest, mine.Best}, {blockWorst, mine.Worst}} {
			el := slack.NewOptionsMultiSelectBlockElement(slack.MultiOptTypeStatic, nil, actValue, options...)
			most := handoff.MaxPicks
			el.MaxSelectedItems = &most
			for _, o := range options {
				for _, pick := range q.picks {
					if o.Value == strconv.FormatInt(pick, 10) {
						el.InitialOptions = append(el.InitialOptions, o)
					}
				}
			}
			add(input(q.block, p.T("exercise.form."+q.block), "", false, el))
		}
	}
	add(richText(paragraph(words(p.T("exercise.form.weights")))))
	for _, c := range x.Asked() {
		el := slack.NewOptionsSelectBlockElement(slack.OptTypeStatic, nil, actValue)
		for w := range handoff.MaxProfileWeight + 1 {
			o := option(strconv.Itoa(w), p.T("exercise.weight."+strconv.Itoa(w)))
			el.Options = append(el.Options, o)
			if said, ok := mine.Weights[c.ID]; ok && said == w {
				el.InitialOption = o
			}
		}
		add(input(handoff.WeightField(c), cut(askedText(p, c), 300), "", false, el))
	}
	return v
}

// askedText is a characteristic without its weight; of an attribute without values only its name.
func askedText(p *text.Printer, c handoff.Characteristic) string {
	if said := characteristicSays(p, c); said != "" {
		return characteristicName(p, c) + ": " + said
	}
	return characteristicName(p, c)
}

func (a *App) submitExercise(ctx context.Context, s submission) (*slack.ViewSubmissionResponse, error) {
	id, err := strconv.ParseInt(s.View.PrivateMetadata, 10, 64)
	if err != nil {
		return nil, fmt.Errorf("bot: the form's own data: %w", err)
	}
	sides, err := a.speaksFor(ctx, s.scene)
	if err != nil {
		return nil, err
	}
	x, err := a.Store.Exercise(ctx, s.Workspace.ID, id)
	if err != nil {
		return nil, err
	}
	answer := handoff.ExerciseAnswer{
		User: s.Actor.User, At: a.Now(), Best: numbers(fields(s.View, blockBest)), Worst: numbers(fields(s.View, blockWorst)), Weights: map[string]int{},
	}
	for _, side := range sides {
		if len(sides) == 1 || field(s.View, blockSide) == string(side) {
			answer.Side = side
		}
	}
	if answer.Side == "" {
		return nil, handoff.FieldErrors{{Field: blockSide, Problem: handoff.Missing}}
	}
	for _, c := range x.Asked() {
		if w, err := strconv.Atoi(field(s.View, handoff.WeightField(c))); err == nil {
			answer.Weights[c.ID] = w
		}
	}
	if err := a.Store.AnswerExercise(ctx, s.Workspace.ID, id, answer); err != nil {
		return nil, err
	}
	return done(s.P, s.P.T("exercise.done.title"), s.P.T("exercise.done")), nil
}

// numbers reads ids; what is none is left out.
func numbers(values []string) (all []int64) {
	for _, v := range values {
		if n, err := strconv.ParseInt(v, 10, 64); err == nil {
			all = append(all, n)
		}
	}
	return all
}
