package bot

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/slack-go/slack"
	"golang.org/x/sync/errgroup"

	"relevo/handoff"
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
	wakes := []chan struct{}{make(chan struct{}, 1), make(chan struct{}, 1)}
	g.Go(func() error { return a.plan(ctx, wakes) })
	g.Go(func() error { return a.work(ctx, store.Post, wakes[0]) })
	g.Go(func() error { return a.work(ctx, store.Update, wakes[1]) })
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
		if !a.settled.Load() && !a.Now().Before(retry) {
			if err := a.Connect(ctx); err != nil {
				retry = a.Now().Add(judge(err).backoff(failures))
				failures++
				a.Log.WarnContext(ctx, "Slack can't be used yet", "error", err)
			} else {
				a.Log.InfoContext(ctx, "connected to Slack")
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
		a.planLooks(ctx)
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

// work does what there is to do of one kind, each time it is woken.
func (a *App) work(ctx context.Context, kind store.Work, wake <-chan struct{}) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-wake:
		}
		for a.Connected() && ctx.Err() == nil && !a.resting(kind) {
			var did bool
			_, err := a.safely(func() (_ Answer, err error) {
				did, err = a.step(ctx, kind)
				return Answer{}, err
			})
			if err != nil && ctx.Err() == nil {
				a.Log.ErrorContext(ctx, "syncer", "error", err)
			}
			if !did || err != nil {
				break
			}
		}
	}
}

// step claims one message and sends it. It tells whether there was one.
func (a *App) step(ctx context.Context, kind store.Work) (bool, error) {
	m, err := a.Store.Claim(ctx, kind, a.worker, a.Now(), lease)
	if ok, err := found(err); !ok {
		return false, err
	}
	ws, err := a.Store.WorkspaceByID(ctx, m.Workspace)
	if err != nil {
		return true, err
	}
	if kind == store.Update {
		return true, a.update(ctx, ws, m)
	}
	return true, a.post(ctx, ws, m)
}

// rendered is a message as it shall stand in Slack.
type rendered struct {
	blocks []slack.Block
	text   string
	bare   bool // without the blocks that this workspace refuses
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
			card, complete = a.quietly(ctx, a.printer(ws), card, m)
		}
		blocks, said := card.Render(a.printer(ws))
		return rendered{blocks: blocks, text: said, part: !complete}, nil
	case store.KindDigest:
		return a.renderDigest(ctx, ws, m)
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

func (a *App) channelFor(ws store.Workspace, m store.Message) string {
	switch {
	case m.Channel != "":
		return m.Channel
	case m.Kind == store.KindDigest:
		return ws.FeedbackChannel
	default:
		return ws.LeadsChannel
	}
}

// post sends a message that is missing, unless an earlier try turns out to have sent it.
func (a *App) post(ctx context.Context, ws store.Workspace, m store.Message) error {
	channel := a.channelFor(ws, m)
	if channel == "" {
		return a.putOff(ctx, m, errors.New("no channel is set"), outcome{definite: true, code: "no_channel"})
	}
	if userID.MatchString(channel) {
		var err error
		if channel, err = a.inPerson(ctx, channel); err != nil {
			o := judge(err)
			if o.unreachable() {
				return a.Store.Drop(ctx, m)
			}
			return a.putOff(ctx, m, err, o.ofLookUp())
		}
	}
	if m.Doubts > 1 {
		ts, err := a.lookUp(ctx, channel, m)
		switch {
		case err != nil:
			return a.postFailed(ctx, ws, m, err, judge(err).ofLookUp())
		case ts != "":
			a.inRow[store.Post] = 0
			if m.Kind == store.KindSheet {
				return a.Store.Drop(ctx, m)
			}
			// It stands there, as it was when it was sent: known now, and shown anew if it has changed.
			return a.Store.Found(ctx, m, channel, ts)
		}
	}
	if err := a.pace.wait(ctx, channel); err != nil {
		return nil // stopping: the claim ends by itself
	}
	var r rendered
	err := a.nudgeReady(ctx, ws, m)
	if err == nil {
		r, err = a.render(ctx, ws, m)
	}
	if wait, ok := errors.AsType[notYet](err); ok {
		return a.Store.Failed(ctx, m, "not_in_working_hours", true, wait.until)
	}
	if errors.Is(err, errNothingToShow) {
		return a.Store.Drop(ctx, m)
	}
	if err != nil {
		return err
	}
	at, ts, err := a.send(ctx, m, r, channel)
	if err == nil {
		a.inRow[store.Post] = 0
		return a.posted(context.WithoutCancel(ctx), m, r, at, ts)
	}
	o := judge(err)
	if a.refusesCharts(m, r, o) {
		return a.Store.Failed(ctx, m, o.code, true, a.Now())
	}
	return a.postFailed(ctx, ws, m, err, o)
}

// send posts a message and returns where it stands.
func (a *App) send(ctx context.Context, m store.Message, r rendered, channel string) (at, ts string, err error) {
	if r.file != nil {
		return channel, "", a.upload(ctx, m, r, channel)
	}
	options := r.options(m)
	if m.ThreadTS != "" {
		options = append(options, slack.MsgOptionTS(m.ThreadTS))
	}
	return a.Slack.PostMessageContext(ctx, channel, options...)
}

func (a *App) postFailed(ctx context.Context, ws store.Workspace, m store.Message, err error, o outcome) error {
	if m.ThreadTS != "" && o.threadless() {
		if m.Kind == store.KindCard {
			return a.Store.Follow(ctx, m, a.Now())
		}
		return a.Store.Drop(ctx, m) // whoever deleted the digest does not want the rest of it
	}
	if (m.Kind == store.KindCard || m.Kind == store.KindWave) && m.Target != "" && m.Target != ws.LeadsChannel && o.certain() && o.noChannel() {
		a.Log.WarnContext(ctx, "card diverted to the leads channel", "message", m.ID, "channel", m.Target, "problem", o.code)
		return a.Store.Divert(ctx, m, o.code)
	}
	return a.putOff(ctx, m, err, o)
}

// posted notes where a message stands. When it stands elsewhere already (the claim had ended, and somebody else
// posted it), the one just made is one too many.
func (a *App) posted(ctx context.Context, m store.Message, r rendered, channel, ts string) error {
	if m.Kind == store.KindSheet {
		return a.Store.Drop(ctx, m) // it stays as it is
	}
	note := a.Store.Posted
	if r.part {
		note = a.Store.Found // to be shown anew
	}
	err := note(ctx, m, channel, ts)
	if errors.Is(err, store.ErrElsewhere) {
		_, _, err = a.Slack.DeleteMessageContext(ctx, channel, ts)
	}
	return err
}

// update shows the newest state on a message that stands in Slack.
func (a *App) update(ctx context.Context, ws store.Workspace, m store.Message) error {
	r, err := a.render(ctx, ws, m)
	if err != nil {
		return err
	}
	_, _, _, err = a.Slack.UpdateMessageContext(ctx, m.Channel, m.TS, r.options(m)...)
	if err == nil {
		a.inRow[store.Update] = 0
		return a.Store.Updated(context.WithoutCancel(ctx), m)
	}
	o := judge(err)
	switch o.code {
	case "message_not_found", "cant_update_message":
		return a.gone(ctx, ws, m)
	}
	if a.refusesCharts(m, r, o) {
		return a.Store.Failed(ctx, m, o.code, true, a.Now())
	}
	return a.putOff(ctx, m, err, o)
}

// refusesCharts tells whether Slack refused a digest for its chart. This workspace gets the same as a table from
// now on.
func (a *App) refusesCharts(m store.Message, r rendered, o outcome) bool {
	if o.code != "invalid_blocks" || m.Kind != store.KindDigest || r.bare {
		return false
	}
	a.noChart.Store(true)
	return true
}

// gone is a message that somebody deleted in Slack. A lead's live card is posted anew, and an announcement for whose
// thread cards wait; nobody misses any other. The rows of digests and reminders stay, or they would be planned once more.
func (a *App) gone(ctx context.Context, ws store.Workspace, m store.Message) error {
	if m.Kind == store.KindCard {
		lead, err := a.Store.LeadByID(ctx, ws.ID, m.LeadID)
		if err != nil {
			return err
		}
		if lead.Round == m.Round {
			return a.Store.Gone(ctx, m)
		}
	}
	switch m.Kind {
	case store.KindWave:
		return a.Store.Gone(ctx, m)
	case store.KindExercise:
		x, err := a.Store.Exercise(ctx, ws.ID, m.Ref)
		if err != nil {
			return err
		}
		if m.Part == 0 && (x.Closed.IsZero() || a.Now().Sub(x.Closed) < time.Hour) {
			return a.Store.Gone(ctx, m) // the invitation, or the result that it was to become
		}
	case store.KindDigest, store.KindHalf, store.KindOverdue, store.KindLate:
		return a.Store.Updated(ctx, m)
	}
	return a.Store.Drop(ctx, m)
}

// putOff tries a message again later. When Slack itself is in trouble, everything of the kind rests, longer with
// each failure in a row. After that rest others go first: a message that Slack fails on each time must not keep
// them waiting.
func (a *App) putOff(ctx context.Context, m store.Message, err error, o outcome) error {
	if ctx.Err() != nil {
		return nil // stopping: the claim ends by itself, in doubt
	}
	wait := o.backoff(m.Failures)
	if kind := workOf(m); o.transient() {
		rest := o.backoff(a.inRow[kind])
		a.inRow[kind]++
		a.rest(kind, rest)
		if o.after == 0 {
			wait += rest
		}
	}
	a.Log.WarnContext(ctx, "message not sent", "kind", m.Kind, "message", m.ID, "try", m.Failures+1, "problem", o.code, "certain", o.certain(), "again_in", wait.String())
	return a.Store.Failed(ctx, m, o.code, o.certain(), a.Now().Add(wait))
}

// workOf is the kind of work that sends a message.
func workOf(m store.Message) store.Work {
	if m.TS == "" {
		return store.Post
	}
	return store.Update
}

// longestRest is how long nothing is sent at most, whatever Slack asks for.
const longestRest = 10 * time.Minute

func (a *App) rest(kind store.Work, d time.Duration) {
	a.rests[kind].Store(a.Now().Add(min(d, longestRest)).UnixNano())
}

func (a *App) resting(kind store.Work) bool {
	left := time.Duration(a.rests[kind].Load() - a.Now().UnixNano())
	return left > 0 && left <= longestRest // more is from before the clock was set back
}
