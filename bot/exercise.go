package bot

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/slack-go/slack"

	"relevo/handoff"
	"relevo/internal/text"
	"relevo/store"
)

// The perfect-customer exercise is one message in the channel that both sides share: it invites, says how many have answered, and becomes the result. Who has
// not answered, and the managers a quarter later, are reminded by direct message.

const (
	actStartExercise   = "exercise.start"
	actTakePart        = "exercise.take_part"
	actProposeExercise = "exercise.propose"
)

// Exercise is everything that the message of an exercise shows.
type Exercise struct {
	handoff.Exercise
	Answers     []handoff.ExerciseAnswer
	Masked      []handoff.Masked   // of its leads, in their order
	Proposal    *handoff.Agreement // that came out of it
	ProposalURL string
	Zone        *time.Location
}

func (a *App) renderExercise(ctx context.Context, ws store.Workspace, m store.Message) (rendered, error) {
	x, err := a.exercise(ctx, ws, m.Ref)
	if err != nil {
		return rendered{}, err
	}
	if m.Part == 0 {
		blocks, said := x.Render(a.printer(ws))
		return rendered{blocks: blocks, text: said}, nil
	}
	reader, err := a.people.look(ctx, ws, m.Target)
	if err != nil {
		return rendered{}, err
	}
	x.Zone = a.zoneOf(ctx, ws, m.Target)
	p := a.Texts.In(cmp.Or(reader.Locale, ws.Language))
	where, err := a.Store.ExerciseMessage(ctx, ws.ID, x.ID)
	if _, err := found(err); err != nil {
		return rendered{}, err
	}
	blocks, said := x.Remind(p, m.Part, permalink(ws, where))
	return rendered{blocks: blocks, text: said}, nil
}

// exercise gathers what the message of an exercise shows.
func (a *App) exercise(ctx context.Context, ws store.Workspace, id int64) (Exercise, error) {
	stored, err := a.Store.Exercise(ctx, ws.ID, id)
	if err != nil {
		return Exercise{}, err
	}
	x := Exercise{Exercise: stored, Zone: ws.Location()}
	if x.Answers, err = a.Store.ExerciseAnswers(ctx, ws.ID, id); err != nil {
		return x, err
	}
	for _, id := range x.Leads {
		l, err := a.Store.LeadByID(ctx, ws.ID, id)
		if err != nil {
			return x, err
		}
		x.Masked = append(x.Masked, x.Profile.Mask(l))
	}
	if x.Closed.IsZero() {
		return x, nil
	}
	g, err := a.Store.AgreementOf(ctx, ws.ID, id)
	if proposed, err := found(err); !proposed {
		return x, err
	}
	where, err := a.Store.ProposalMessage(ctx, ws.ID, g.ID)
	_, err = found(err)
	x.Proposal, x.ProposalURL = &g, permalink(ws, where)
	return x, err
}

// exerciseReady tells whether a reminder may be posted now: notYet outside somebody's hours, errNothingToShow when it is of no use any more.
func (a *App) exerciseReady(ctx context.Context, ws store.Workspace, m store.Message) error {
	if m.Part == 0 {
		return nil
	}
	last, err := a.Store.LastExercise(ctx, ws.ID)
	if err != nil {
		return err
	}
	if last.ID != m.Ref || m.Part == store.ExerciseAgain && ws.Settings.Learning.Unreminded {
		return errNothingToShow
	}
	if m.Part == store.ExerciseRemind {
		answers, err := a.Store.ExerciseAnswers(ctx, ws.ID, m.Ref)
		if err != nil {
			return err
		}
		if !last.Running(a.Now()) || !slices.Contains(last.Missing(answers), m.Target) {
			return errNothingToShow
		}
	}
	return a.inHours(ctx, ws, m.Target)
}

// Render shows the invitation while the exercise runs, then the result.
func (x Exercise) Render(p *text.Printer) ([]slack.Block, string) {
	if x.Result != nil {
		return x.result(p)
	}
	title := p.T("exercise.title")
	invites := fill(p, "exercise.invites", "By", person(p, x.By), "Until", moment(p, x.Closes.In(x.Zone)))
	said := title + "\n" + spoken(p, invites...) + "\n" + x.answered(p)
	return []slack.Block{
		richText(paragraph(bold(title)), paragraph(invites...), paragraph(words(x.answered(p)))),
		slack.NewActionBlock("", button(actTakePart, strconv.FormatInt(x.ID, 10), p.T("exercise.take_part"), slack.StylePrimary)),
	}, fallback(said)
}

// answered says how many of each side have answered, never who.
func (x Exercise) answered(p *text.Printer) string {
	var said []string
	for _, side := range handoff.Sides() {
		n := 0
		for _, a := range x.Answers {
			if a.Side == side {
				n++
			}
		}
		key := "exercise.answered." + string(side)
		if invited := len(x.Invited[side]); invited >= n && invited > 0 {
			said = append(said, p.T(key+".of", "Count", p.Int(n), "Of", p.Int(invited)))
		} else {
			said = append(said, p.N(key, n))
		}
	}
	return joined("  ·  ", said...)
}

// Remind shows what somebody is told by direct message; url is where the exercise's message stands.
func (x Exercise) Remind(p *text.Printer, part int, url string) ([]slack.Block, string) {
	if part == store.ExerciseAgain {
		line := fill(p, "exercise.again", "At", day(p, x.Closed.In(x.Zone)))
		return []slack.Block{
			richText(paragraph(line...)), slack.NewActionBlock("", button(actStartExercise, "start", p.T("exercise.start"), "")), note(p.T("exercise.again.off")),
		}, spoken(p, line...)
	}
	line := fill(p, "exercise.remind", "Until", moment(p, x.Closes.In(x.Zone)))
	shown := line
	if url != "" {
		shown = append(slices.Clone(line), words(" "), link(url, p.T("exercise.remind.link")))
	}
	return []slack.Block{
		richText(paragraph(shown...)),
		slack.NewActionBlock("", button(actTakePart, strconv.FormatInt(x.ID, 10), p.T("exercise.take_part"), slack.StylePrimary)),
	}, spoken(p, line...)
}

// mayStartExercise tells whether somebody may start an exercise: whoever may sign for a side, and admins.
func (a *App) mayStartExercise(ctx context.Context, s scene) error {
	_, err := a.signsFor(ctx, s)
	if err == nil || s.Workspace.Rules().MayAdminister(s.Actor) == nil {
		return nil
	}
	if errors.Is(err, handoff.ErrNotSigner) {
		return handoff.ErrNotStarter
	}
	return err
}

// exerciseLine says that an exercise runs, and where; else it returns a button for those who may start one.
func (a *App) exerciseLine(ctx context.Context, c Call) ([]span, []slack.BlockElement, error) {
	last, err := a.Store.LastExercise(ctx, c.Workspace.ID)
	ran, err := found(err)
	if err != nil {
		return nil, nil, err
	}
	if ran && last.Closed.IsZero() {
		where, err := a.Store.ExerciseMessage(ctx, c.Workspace.ID, last.ID)
		if _, err := found(err); err != nil {
			return nil, nil, err
		}
		var name any = c.P.T("exercise.running.link")
		if url := permalink(c.Workspace, where); url != "" {
			name = link(url, c.P.T("exercise.running.link"))
		}
		return fill(c.P, "exercise.running", "Exercise", name, "Until", moment(c.P, last.Closes.In(c.Workspace.Location()))), nil, nil
	}
	if a.mayStartExercise(ctx, c.scene) != nil {
		return nil, nil, nil
	}
	return nil, []slack.BlockElement{button(actStartExercise, "start", c.P.T("exercise.start"), "")}, nil
}

// speaksFor returns the sides that whoever acts may answer for.
func (a *App) speaksFor(ctx context.Context, s scene) ([]handoff.Side, error) {
	members, sure, err := a.people.groups(ctx, s.Workspace)
	if err != nil {
		return nil, err
	}
	team := s.Workspace.Settings.Team
	sides, err := team.SpeaksFor(s.Actor, members)
	if err == nil && !sure && team.SideOf(s.Actor.User, members) == "" { // they may be named after all
		return nil, handoff.ErrUnsure
	}
	return sides, err
}

// pressProposeExercise makes what came out of an exercise a proposal for the next version of the profile, once.
func (a *App) pressProposeExercise(ctx context.Context, c click) error {
	if err := c.Workspace.Rules().MayHandOver(c.Actor); err != nil {
		return err
	}
	id, err := strconv.ParseInt(c.Action.Value, 10, 64)
	if err != nil {
		return fmt.Errorf("bot: the value of a button is not an exercise's: %w", err)
	}
	x, err := a.Store.Exercise(ctx, c.Workspace.ID, id)
	if err != nil {
		return err
	}
	switch {
	case x.Result == nil:
		return handoff.ErrNotOpen
	case x.Version != c.Workspace.ProfileVersion:
		return handoff.ErrOvertaken
	}
	p := a.printer(c.Workspace)
	g, err := handoff.Agreement{
		Kind: handoff.AgreementProfile, Base: x.Version, By: c.Actor.User, At: a.Now(), Exercise: id, Profile: x.Result.Next,
		Why: p.T("exercise.why", "At", p.Date(x.Closed.In(c.Workspace.Location())), "Count", p.Int(x.Result.Answers[handoff.SideSales]+x.Result.Answers[handoff.SideMarketing])),
	}.Propose(handoff.Agreement{Profile: c.Workspace.Profile.Profile})
	if err != nil {
		return err
	}
	_, err = a.Store.Propose(ctx, c.Workspace.ID, g, "exercise:"+strconv.FormatInt(id, 10))
	return err
}
