package bot

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/slack-go/slack"
	"golang.org/x/sync/errgroup"

	"relevo/handoff"
	"relevo/internal/request"
	"relevo/store"
)

// The syncer makes Slack agree with the store. Each row of the store's projection is one message that shall exist:
// the syncer posts those that are missing and updates those that show an old version. It may be killed at any
// instant and just goes on: a row is claimed for a while, and what may have happened in a claim that did not end
// well is looked up before anything is sent again.

const (
	lease    = 45 * time.Second // longer than any call to Slack may take
	idlePoll = time.Second      // how often other processes' work is looked for
)

// Sync runs the syncer until the context ends.
func (a *App) Sync(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	wakes := []chan struct{}{make(chan struct{}, 1), make(chan struct{}, 1), make(chan struct{}, 1)}
	g.Go(func() error { return a.plan(ctx, wakes) })
	g.Go(func() error { return a.work(ctx, store.Post, wakes[0]) })
	g.Go(func() error { return a.work(ctx, store.Update, wakes[1]) })
	g.Go(func() error { return a.tidy(ctx, wakes[2]) })
	g.Go(func() error { return a.doJobs(ctx) })
	return g.Wait()
}

// Poke makes the syncer look for work now: the clock has jumped.
func (a *App) Poke() {
	select {
	case a.poke <- struct{}{}:
	default:
	}
}

// plan turns time into work: connects until Slack has told who we are and where the channels are, offers leads
// again whose day has come, plans reminders and the digest. Then it wakes the workers.
func (a *App) plan(ctx context.Context, wakes []chan struct{}) error {
	poll := time.NewTicker(idlePoll)
	defer poll.Stop()
	var retry time.Time
	failures := 0
	for {
		ctx := request.Begin(ctx)
		if !a.settled.Load() && !a.Now().Before(retry) {
			if err := a.Connect(ctx); err != nil {
				retry = a.Now().Add(judge(err).backoff(failures))
				failures++
				a.Log.WarnContext(ctx, "Slack can't be used yet", "error", err)
			} else {
				a.Log.InfoContext(ctx, "connected to Slack")
				go a.Texts.Read() // nobody waits for it, neither now nor at the first click
			}
		}
		if _, err := a.Store.ReturnDue(ctx, a.Now()); err != nil && ctx.Err() == nil {
			a.Log.ErrorContext(ctx, "leads not offered again", "error", err)
		}
		if _, err := a.Store.RemindQuestions(ctx, a.Now()); err != nil && ctx.Err() == nil {
			a.Log.ErrorContext(ctx, "questions not reminded of", "error", err)
		}
		if err := a.planNudges(ctx); err != nil && ctx.Err() == nil {
			a.Log.ErrorContext(ctx, "reminders not planned", "error", err)
		}
		if err := a.planExercises(ctx); err != nil && ctx.Err() == nil {
			a.Log.ErrorContext(ctx, "exercises not planned", "error", err)
		}
		if err := a.planCalibrations(ctx); err != nil && ctx.Err() == nil {
			a.Log.ErrorContext(ctx, "calibrations not planned", "error", err)
		}
		if err := a.planRetention(ctx); err != nil && ctx.Err() == nil {
			a.Log.ErrorContext(ctx, "old leads not erased", "error", err)
		}
		a.planLooks(ctx)
		if err := a.planRenewals(ctx); err != nil && ctx.Err() == nil {
			a.Log.ErrorContext(ctx, "tokens not renewed", "error", err)
		}
		if err := a.planDigests(ctx); err != nil && ctx.Err() == nil {
			a.Log.ErrorContext(ctx, "digest not planned", "error", err)
		}
		for _, w := range wakes {
			select {
			case w <- struct{}{}:
			default:
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case <-a.Store.Changed():
		case <-a.poke:
		case <-poll.C:
		}
	}
}

// hands is how many workspaces are sent messages of one kind at the same time: one that Slack is slow for, or that may be posted
// to only once a second, holds nobody else up. In each, one message is sent after the other.
const hands = 16

// work does what there is to do of one kind, each time it is woken.
func (a *App) work(ctx context.Context, kind store.Work, wake <-chan struct{}) error {
	sent, busy := make(chan int64), map[int64]bool{}
	for {
		select {
		case <-ctx.Done():
			for range busy {
				<-sent
			}
			return nil
		case <-wake:
		case ws := <-sent:
			delete(busy, ws)
		}
		for ctx.Err() == nil && len(busy) < hands {
			m, err := a.Store.Claim(ctx, kind, a.worker, a.Now(), lease, slices.AppendSeq(a.resting(kind), maps.Keys(busy))...)
			if some, err := found(err); !some {
				if err != nil && ctx.Err() == nil {
					a.Log.ErrorContext(ctx, "syncer", "error", err)
				}
				break
			}
			busy[m.Workspace] = true
			go func() {
				a.step(ctx, kind, m)
				sent <- m.Workspace
			}()
		}
	}
}

// step sends a claimed message.
func (a *App) step(ctx context.Context, kind store.Work, m store.Message) {
	ctx = request.Begin(ctx)
	_, err := a.safely(ctx, func() (Answer, error) {
		ws, err := a.Store.WorkspaceByID(ctx, m.Workspace)
		if err != nil {
			return Answer{}, err
		}
		if kind == store.Update {
			return Answer{}, a.update(ctx, ws, m)
		}
		return Answer{}, a.post(ctx, ws, m)
	})
	if err != nil && ctx.Err() == nil {
		a.Log.ErrorContext(ctx, "syncer", "error", err)
	}
}

// rendered is a message as it shall stand in Slack.
type rendered struct {
	blocks []slack.Block
	text   string
	chart  chartForm // of a digest
	file   *sheetFile
	part   bool // something of it is to be shown once it stands there
}

func (r rendered) options(m store.Message) []slack.MsgOption {
	return []slack.MsgOption{
		slack.MsgOptionBlocks(r.blocks...),
		slack.MsgOptionText(r.text, false),
		slack.MsgOptionDisableLinkUnfurl(), slack.MsgOptionDisableMediaUnfurl(),
		slack.MsgOptionMetadata(slack.SlackMetadata{EventType: metadataType, EventPayload: map[string]any{"key": m.Key}}),
	}
}

// metadataType marks our messages. Their payload is an opaque key: anyone in the workspace can read it.
const metadataType = "relevo_message"

var errNothingToShow = errors.New("bot: nothing to show")

func (a *App) render(ctx context.Context, ws store.Workspace, m store.Message) (rendered, error) {
	switch m.Kind {
	case store.KindCard:
		lead, err := a.Store.LeadByID(ctx, ws.ID, m.LeadID)
		if err != nil {
			return rendered{}, err
		}
		if lead.State == handoff.Erased && m.TS == "" {
			return rendered{}, errNothingToShow
		}
		card, err := a.cardOf(ctx, ws, lead, m.Round, m.Key)
		if err != nil {
			return rendered{}, err
		}
		if m.Round == lead.Round && lead.Channel != "" && m.Channel == ws.LeadsChannel && m.Channel != lead.Channel {
			card.Missed = lead.Channel
		}
		complete := true
		if m.TS == "" {
			card, complete = a.quietly(ctx, ws, a.printer(ws), card, m)
		}
		blocks, said := card.Render(a.printer(ws))
		return rendered{blocks: blocks, text: said, part: !complete}, nil
	case store.KindDigest:
		return a.renderDigest(ctx, ws, m)
	case store.KindWelcome:
		return a.renderWelcome(ctx, ws, m)
	case store.KindWave:
		return a.renderWave(ctx, ws, m)
	case store.KindQuestion:
		return a.renderQuestion(ctx, ws, m)
	case store.KindProposal:
		return a.renderProposal(ctx, ws, m)
	case store.KindExercise:
		return a.renderExercise(ctx, ws, m)
	case store.KindCalibration:
		return a.renderCalibration(ctx, ws, m)
	case store.KindHalf, store.KindOverdue, store.KindLate:
		return a.renderNudge(ctx, ws, m)
	case store.KindTempo:
		return a.renderTempo(ctx, ws, m)
	case store.KindSheet:
		return a.renderSheet(ctx, ws, m)
	default:
		return rendered{}, fmt.Errorf("bot: a message of kind %q can't be shown by this version", m.Kind)
	}
}
