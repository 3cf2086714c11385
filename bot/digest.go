package bot

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"relevo/handoff"
	"relevo/internal/text"
	"relevo/store"
)

// digestParts is how many messages a digest can have: the first stands in the channel, the others in its thread.
const digestParts = 7

// How much of the longer lists a digest shows.
const (
	maxNeeds = 5
	maxLate  = 10
)

// Digest counts what the digest of a week shows, also of a week that is not over. mapped is what the mapping file expects
// forms to ask. It fails with handoff.ErrWeekAhead when the week has not begun.
func Digest(ctx context.Context, s *store.Store, ws store.Workspace, week handoff.Week, mapped []string, now time.Time) (handoff.Figures, error) {
	f, err := figures(ctx, s, ws, week, mapped, now)
	if err != nil {
		return handoff.Figures{}, fmt.Errorf("digest of %s: %w", week, err)
	}
	return f, nil
}

func figures(ctx context.Context, s *store.Store, ws store.Workspace, week handoff.Week, mapped []string, now time.Time) (handoff.Figures, error) {
	start, end := week.Start(), week.End()
	if now.Before(start) {
		return handoff.Figures{}, handoff.ErrWeekAhead
	}
	l := handoff.Ledger{Week: week, Now: now, Reasons: ws.Rules().Reasons}
	var err error
	if l.First, err = s.First(ctx, ws.ID); err != nil {
		if ok, err := found(err); err != nil || ok {
			return handoff.Figures{}, err
		}
	}
	for i := 1 - handoff.TrendWeeks; i <= 0; i++ {
		w := week.Add(i)
		t, err := s.Tally(ctx, ws.ID, w.Start(), w.End())
		if err != nil {
			return handoff.Figures{}, err
		}
		l.Tallies = append(l.Tallies, t)
	}
	if l.Pace, err = s.Pace(ctx, ws.ID, start, end); err != nil {
		return handoff.Figures{}, err
	}
	until := end
	if now.Before(end) {
		until = now
	}
	if l.Backlog, err = s.Backlog(ctx, ws.ID, until); err != nil {
		return handoff.Figures{}, err
	}
	if l.Needs, err = s.Needs(ctx, ws.ID, start, end, maxNeeds); err != nil {
		return handoff.Figures{}, err
	}
	if l.Back, err = s.Returns(ctx, ws.ID, start, end); err != nil {
		return handoff.Figures{}, err
	}
	if l.Lately, err = s.Returns(ctx, ws.ID, week.Add(1-handoff.ReturnWeeks).Start(), end); err != nil {
		return handoff.Figures{}, err
	}
	for _, kind := range []handoff.AgreementKind{handoff.AgreementDefinitions, handoff.AgreementProfile} {
		agreed, err := s.Agreements(ctx, ws.ID, kind, time.Time{}, end)
		if err != nil {
			return handoff.Figures{}, err
		}
		l.Agreed = append(l.Agreed, agreed...)
	}
	l.Asked.Mapping = mapped
	if l.Asked.Forms, err = s.Labels(ctx, ws.ID, start, end); err != nil {
		return handoff.Figures{}, err
	}
	if l.Answers, err = answered(ctx, s, ws.ID, week); err != nil {
		return handoff.Figures{}, err
	}
	if !now.Before(week.Add(1).DigestAt()) {
		return l.Figures(), nil // what each side owes the other now is for the digest of a later week to say
	}
	if l.Unanswered, err = s.Unanswered(ctx, ws.ID, now.Add(-handoff.OwedSince), now); err != nil {
		return handoff.Figures{}, err
	}
	overdue := store.Filter{States: []handoff.State{handoff.Open}, OverdueAt: now}
	if l.Late, l.LateAll, err = s.Leads(ctx, ws.ID, overdue, maxLate); err != nil {
		return handoff.Figures{}, err
	}
	return l.Figures(), nil
}

// answered returns what marketing answered in the week and before it, the newest of it, with what was decided on leads
// that were offered before and after the changes.
func answered(ctx context.Context, s *store.Store, ws int64, week handoff.Week) ([]handoff.Answered, error) {
	end := week.End()
	answers, err := s.Answers(ctx, ws, week.Add(-handoff.AnswerWeeks).Start(), end)
	if err != nil {
		return nil, err
	}
	var all []handoff.Answered
	for _, a := range answers[max(0, len(answers)-maxEffects):] {
		with := handoff.Answered{Answer: a}
		if with.Before, err = s.Outcomes(ctx, ws, a.Since.AddDate(0, 0, -7*handoff.AnswerWeeks), a.Since, end); err != nil {
			return nil, err
		}
		if with.After, err = s.Outcomes(ctx, ws, a.Since, end, end); err != nil {
			return nil, err
		}
		all = append(all, with)
	}
	return all, nil
}

// DigestOptions say how a digest is shown.
type DigestOptions struct {
	NoCharts bool             // a picture or a table stands in for the chart
	Picture  string           // id of the file that is the picture
	CardURLs map[int64]string // where a lead's card stands, by the lead's id
}

// DigestPart is one message of a digest.
type DigestPart struct {
	Part   int // its number, the same in every digest; 0 is the one in the channel
	Blocks []slack.Block
	Text   string
}

// DigestBlocks writes a digest as messages, part 0 first. Parts that would be empty are left out.
func DigestBlocks(p *text.Printer, f handoff.Figures, opts DigestOptions) []DigestPart {
	var parts []DigestPart
	for _, s := range digestSheets(p, f, opts) {
		part := DigestPart{Part: s.part}
		said := []string{s.title}
		if s.part == 0 {
			part.Blocks = append(part.Blocks, header(s.title))
		} else {
			part.Blocks = append(part.Blocks, richText(paragraph(bold(s.title))))
		}
		for _, it := range s.items {
			part.Blocks = append(part.Blocks, it.block(opts))
			said = append(said, it.said()...)
		}
		part.Text = fallback(escape(strings.Join(said, "\n")))
		parts = append(parts, part)
	}
	return parts
}

// DigestText writes a digest as plain text for a terminal.
func DigestText(p *text.Printer, f handoff.Figures) string {
	var b strings.Builder
	for i, s := range digestSheets(p, f, DigestOptions{}) {
		if i > 0 {
			b.WriteString("\n\n")
		}
		b.WriteString(s.title + "\n")
		for _, it := range s.items {
			lines := it.typed()
			if len(lines) > 0 {
				b.WriteByte('\n')
			}
			for _, line := range lines {
				b.WriteString(line + "\n")
			}
		}
	}
	return b.String()
}
