package bot

import (
	"context"
	"errors"
	"time"

	"github.com/slack-go/slack"

	"relevo/store"
)

// How a message that was claimed comes to stand in Slack as it shall, and what is done when it can't.

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
		if channel, err = a.inPerson(ctx, ws, channel); err != nil {
			o := judge(err)
			if o.unreachable() {
				return a.Store.Drop(ctx, m)
			}
			return a.putOff(ctx, m, err, o.ofLookUp())
		}
	}
	if m.Doubts > 1 {
		ts, err := a.lookUp(ctx, ws, channel, m)
		switch {
		case err != nil:
			return a.postFailed(ctx, ws, m, err, judge(err).ofLookUp())
		case ts != "":
			a.tenant(ws.ID).inRow[store.Post] = 0
			if m.Kind == store.KindSheet {
				return a.Store.Drop(ctx, m)
			}
			// It stands there, as it was when it was sent: known now, and shown anew if it has changed.
			return a.Store.Found(ctx, m, channel, ts)
		}
	}
	waits := time.Now()
	if err := a.pace.wait(ctx, ws.ID, channel); err != nil {
		return nil // stopping: the claim ends by itself
	}
	if waited := time.Since(waits); waited > time.Millisecond {
		a.Watch.waited("pace", waited)
	}
	var r rendered
	err := a.nudgeReady(ctx, ws, m)
	if err == nil {
		r, err = a.render(ctx, ws, m)
	}
	if errors.Is(err, errPutOff) {
		return nil
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
	at, ts, err := a.send(ctx, ws, m, r, channel)
	if err == nil {
		a.tenant(ws.ID).inRow[store.Post] = 0
		return a.posted(context.WithoutCancel(ctx), ws, m, r, at, ts)
	}
	o := judge(err)
	if a.refusesCharts(m, r, o) {
		return a.Store.Failed(ctx, m, o.code, true, a.Now())
	}
	return a.postFailed(ctx, ws, m, err, o)
}

// send posts a message and returns where it stands.
func (a *App) send(ctx context.Context, ws store.Workspace, m store.Message, r rendered, channel string) (at, ts string, err error) {
	if r.file != nil {
		return channel, "", a.upload(ctx, ws, m, r, channel)
	}
	options := r.options(m)
	if m.ThreadTS != "" {
		options = append(options, slack.MsgOptionTS(m.ThreadTS))
	}
	return a.slack(ctx, ws).PostMessageContext(ctx, channel, options...)
}

func (a *App) postFailed(ctx context.Context, ws store.Workspace, m store.Message, err error, o outcome) error {
	if m.ThreadTS != "" && o.threadless() {
		if m.Kind == store.KindCard {
			return a.Store.Follow(ctx, m, a.Now())
		}
		return a.Store.Drop(ctx, m) // whoever deleted the digest does not want the rest of it
	}
	if m.Target != "" && m.Target != ws.LeadsChannel && o.certain() && o.noChannel() {
		switch m.Kind {
		case store.KindCard, store.KindWave:
			a.Log.WarnContext(ctx, "card diverted to the leads channel", "message", m.ID, "channel", m.Target, "problem", o.code)
			return a.Store.Divert(ctx, m, o.code)
		case store.KindOverdue:
			a.Log.WarnContext(ctx, "list diverted to the leads channel", "message", m.ID, "channel", m.Target, "problem", o.code)
			return a.Store.DivertList(ctx, m, a.Now())
		}
	}
	return a.putOff(ctx, m, err, o)
}

// posted notes where a message stands. When it stands elsewhere already (the claim had ended, and somebody else
// posted it), the one just made is one too many.
func (a *App) posted(ctx context.Context, ws store.Workspace, m store.Message, r rendered, channel, ts string) error {
	if m.Kind == store.KindSheet {
		return a.Store.Drop(ctx, m) // it stays as it is
	}
	note := a.Store.Posted
	if r.part {
		note = a.Store.Found // to be shown anew
	}
	err := note(ctx, m, channel, ts)
	if errors.Is(err, store.ErrElsewhere) {
		_, _, err = a.slack(ctx, ws).DeleteMessageContext(ctx, channel, ts)
	}
	return err
}

// update shows the newest state on a message that stands in Slack.
func (a *App) update(ctx context.Context, ws store.Workspace, m store.Message) error {
	r, err := a.render(ctx, ws, m)
	if errors.Is(err, errPutOff) {
		return nil
	}
	if err != nil {
		return err
	}
	_, _, _, err = a.slack(ctx, ws).UpdateMessageContext(ctx, m.Channel, m.TS, r.options(m)...)
	if err == nil {
		a.tenant(ws.ID).inRow[store.Update] = 0
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

// refusesCharts tells whether Slack refused a digest for its chart. This workspace gets the next best form of it from now
// on.
func (a *App) refusesCharts(m store.Message, r rendered, o outcome) bool {
	if o.code != "invalid_blocks" || m.Kind != store.KindDigest || r.chart == asTable {
		return false
	}
	a.tenant(m.Workspace).chart.Store(int32(r.chart + 1))
	return true
}

// gone is a message that somebody deleted in Slack. A lead's live card is posted anew, and an announcement for whose
// thread cards wait, and a proposal that can be signed; nobody misses any other. The rows of digests and reminders stay, or they would be planned once more.
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
	case store.KindProposal:
		g, err := a.Store.Agreement(ctx, ws.ID, m.Ref)
		if err != nil {
			return err
		}
		if g.Open() {
			return a.Store.Gone(ctx, m) // nobody could sign it any more
		}
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

// putOff tries a message again later. When Slack is in trouble for a workspace, everything of the kind rests there, longer with
// each failure in a row. After that rest others go first: a message that Slack fails on each time must not keep
// them waiting.
func (a *App) putOff(ctx context.Context, m store.Message, err error, o outcome) error {
	if ctx.Err() != nil {
		return nil // stopping: the claim ends by itself, in doubt
	}
	wait := o.backoff(m.Failures)
	if kind := workOf(m); o.transient() {
		t := a.tenant(m.Workspace)
		rest := o.backoff(t.inRow[kind])
		t.inRow[kind]++
		a.Watch.waited("slack", t.rest(kind, a.Now(), rest))
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
