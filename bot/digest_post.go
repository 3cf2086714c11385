package bot

import (
	"context"
	"errors"

	"github.com/slack-go/slack"

	"relevo/handoff"
	"relevo/store"
)

// The digest is planned once a week as messages of the projection; the syncer posts them like any other.

// ShowDigest shows the digest of a week to whoever asks, as many private messages as it has parts.
func (a *App) ShowDigest(ctx context.Context, c Call, week handoff.Week) (Answer, error) {
	f, err := Digest(ctx, a.Store, c.Workspace, week, a.Mapped, a.Now())
	if err != nil {
		return Answer{}, err
	}
	opts, err := a.digestOptions(ctx, c.Workspace, f)
	if err != nil {
		return Answer{}, err
	}
	var all []Answer
	for _, part := range DigestBlocks(c.P, f, opts) {
		all = append(all, Answer{Text: part.Text, Blocks: part.Blocks})
	}
	all[0].More = all[1:] // Slack takes one table a message
	return all[0], nil
}

// planDigests plans the digest of each workspace's newest week that is over, and of the weeks before it that were
// missed since the last one.
func (a *App) planDigests(ctx context.Context) error {
	all, err := a.Store.Workspaces(ctx)
	if err != nil {
		return err
	}
	var wrong error
	for _, ws := range all {
		if newest := handoff.LastDigest(a.Now(), ws.Location()).String(); ws.FeedbackChannel != "" && !ws.Closed && ws.LastNumber > 0 && a.tenant(ws.ID).digested != newest {
			wrong = errors.Join(wrong, a.planDigest(ctx, ws))
		}
	}
	return wrong
}

// maxCaughtUp is how many weeks of digests are made up for after a long downtime.
const maxCaughtUp = 4

func (a *App) planDigest(ctx context.Context, ws store.Workspace) error {
	first, err := a.Store.First(ctx, ws.ID)
	if ok, err := found(err); !ok {
		return err // nothing has come in yet
	}
	newest := handoff.LastDigest(a.Now(), ws.Location())
	oldest := newest
	last, err := a.Store.LastDigest(ctx, ws.ID)
	ok, err := found(err)
	if err != nil {
		return err
	}
	if ok && last == newest.String() {
		a.tenant(ws.ID).digested = last // nothing to look for until the next is due
		return nil
	}
	if ok {
		lastWeek, err := handoff.ParseWeek(last, ws.Location())
		if err != nil {
			return err
		}
		oldest = lastWeek.Add(1)
		if limit := newest.Add(1 - maxCaughtUp); oldest.Start().Before(limit.Start()) {
			oldest = limit
		}
	}
	for w := oldest; !w.Start().After(newest.Start()); w = w.Add(1) {
		if !first.Before(w.End()) {
			continue // before the first lead
		}
		managers, err := a.tempoReaders(ctx, ws)
		if err != nil {
			return err
		}
		if _, err := a.Store.PlanDigest(ctx, ws.ID, w.String(), digestParts, managers, a.Now()); err != nil {
			return err
		}
	}
	return nil
}

// PlanDigest plans the digest of one week for the syncer to post, and returns whether it was not planned before.
// Connect comes first: it finds the channel.
func (a *App) PlanDigest(ctx context.Context, week handoff.Week) (bool, error) {
	ws, err := a.Store.DefaultWorkspace(ctx, a.Now())
	if err != nil {
		return false, err
	}
	managers, err := a.tempoReaders(ctx, ws)
	if err != nil {
		return false, err
	}
	return a.Store.PlanDigest(ctx, ws.ID, week.String(), digestParts, managers, a.Now())
}

// renderDigest renders one message of a digest. It fails with errNothingToShow when this week has nothing for it. One
// that is in Slack already, though nothing is left of it, may name somebody who withdrew: it says that it is not shown
// any more.
func (a *App) renderDigest(ctx context.Context, ws store.Workspace, m store.Message) (rendered, error) {
	week, err := handoff.ParseWeek(m.Week, ws.Location())
	if err != nil {
		return rendered{}, err
	}
	f, err := Digest(ctx, a.Store, ws, week, a.Mapped, a.Now())
	if err != nil {
		return rendered{}, err
	}
	opts, err := a.digestOptions(ctx, ws, f)
	if err != nil {
		return rendered{}, err
	}
	chart := chartForm(a.tenant(ws.ID).chart.Load())
	if chart == asPicture {
		if opts.Picture, err = a.picture(ctx, ws, m, a.printer(ws), f); err != nil {
			return rendered{}, err
		}
		if opts.Picture == "" {
			chart = asTable
		}
	}
	for _, part := range DigestBlocks(a.printer(ws), f, opts) {
		if part.Part == m.Part {
			return rendered{blocks: part.Blocks, text: part.Text, chart: chart}, nil
		}
	}
	if m.TS == "" {
		return rendered{}, errNothingToShow
	}
	key := "digest.not_shown"
	if m.Part == store.OwesPart && a.Now().Before(week.Add(1).DigestAt()) {
		key = "owes.settled"
	}
	said := a.printer(ws).T(key)
	return rendered{blocks: []slack.Block{note(said)}, text: said}, nil
}

func (a *App) digestOptions(ctx context.Context, ws store.Workspace, f handoff.Figures) (DigestOptions, error) {
	urls, err := a.whereCards(ctx, ws, f.Late)
	return DigestOptions{NoCharts: chartForm(a.tenant(ws.ID).chart.Load()) != drawnBySlack, CardURLs: urls}, err
}
