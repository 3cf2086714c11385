package bot

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"strings"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"

	"relevo/store"
)

// A file that somebody drops into the direct message with the bot. The answer says what is in it and asks what to do;
// it is one message, which then says what was done. What state it is in stands in its metadata, so that a second
// delivery of the file or of a click finds it done, in whichever process it comes.

const (
	actTakeFile    = "file.take"
	actHistoryFile = "file.history"
	actLeaveFile   = "file.leave"

	maxDropped = 20 << 20
)

// The states of an answer.
const (
	fileReading = "reading"
	fileOffered = "offered"
	fileTaking  = "taking"
	fileDone    = "done"
)

// dropped is a file, and where it is answered.
type dropped struct {
	scene
	id, name string
	ts       string // of the answer
}

func (d dropped) key() string { return "file-" + d.id }

// dropFiles answers a direct message with files.
func (a *App) dropFiles(ctx context.Context, e slackevents.EventsAPIEvent, m *slackevents.MessageEvent) error {
	if a.ReadLeads == nil || m.ChannelType != slackevents.ChannelTypeIM || m.Message == nil || m.BotID != "" || m.User == "" ||
		(m.SubType != "" && m.SubType != slack.MsgSubTypeFileShare) || len(m.Message.Files) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, a.patience)
	defer cancel()
	s, err := a.scene(ctx, teamOfEvent(e), m.User, m.UserTeam, "", m.Channel)
	if m.User == s.Workspace.BotUser {
		return nil
	}
	if err == nil {
		err = s.Workspace.Rules().MayHandOver(s.Actor)
	}
	if err != nil {
		_, _, err := a.slack(ctx, s.Workspace).PostMessageContext(ctx, m.Channel, slack.MsgOptionText(a.explain(ctx, s.P, err), false))
		return err
	}
	for _, f := range m.Message.Files {
		if err := a.dropFile(ctx, dropped{scene: s, id: f.ID, name: f.Name}, m.TimeStamp); err != nil {
			return err
		}
	}
	return nil
}

func (a *App) dropFile(ctx context.Context, d dropped, since string) error {
	if !a.jobs.take(d.key()) {
		return nil // delivered twice, and in hand
	}
	defer a.jobs.release(d.key()) // from then on the answer in Slack tells
	known, err := a.fileAnswer(ctx, d, since)
	if err != nil || known {
		return err
	}
	say := sayReading(d.P, d.name)
	_, d.ts, err = a.slack(ctx, d.Workspace).PostMessageContext(ctx, d.Channel, a.fileOptions(d, say)...)
	if err == nil {
		err = a.jobs.later(func(ctx context.Context) { a.lookInto(ctx, d) })
	}
	if errors.Is(err, errBusy) {
		return a.showFile(ctx, d, sayFile(d.P, fileDone, "file.busy", "File", d.name))
	}
	return err
}

// fileAnswer tells whether the file was answered before.
func (a *App) fileAnswer(ctx context.Context, d dropped, since string) (bool, error) {
	for cursor := ""; ; {
		page, next, err := a.page(ctx, d.Workspace, d.Channel, "", since, cursor)
		if err != nil {
			return false, err
		}
		for _, m := range page {
			if m.User == d.Workspace.BotUser && m.Metadata.EventType == metadataType && m.Metadata.EventPayload["key"] == d.key() {
				return true, nil
			}
		}
		if cursor = next; next == "" {
			return false, nil
		}
	}
}

// lookInto says what importing the file would do.
func (a *App) lookInto(ctx context.Context, d dropped) {
	report, err := a.readFile(ctx, d, LeadFile{Refused: io.Discard})
	say := sayOffer(d.P, d.id, d.name, report)
	if err != nil {
		say = a.sayTrouble(ctx, d, err)
	}
	a.showFileAtLast(ctx, d, fileReading, say)
}

// pressFile does with a file what its answer offers.
func (a *App) pressFile(ctx context.Context, c click) error {
	if err := c.Workspace.Rules().MayHandOver(c.Actor); err != nil {
		return err
	}
	id, name, _ := strings.Cut(c.Action.Value, " ")
	d := dropped{scene: c.scene, id: id, name: name, ts: c.TS}
	if !a.jobs.take(d.key()) {
		return nil // pressed twice, and in hand
	}
	defer a.jobs.release(d.key()) // from then on the state of the answer tells
	patient, cancel := context.WithTimeout(ctx, a.patience)
	defer cancel()
	if state, err := a.stateOf(patient, d); err != nil || state != fileOffered {
		return err
	}
	if c.Action.ActionID == actLeaveFile {
		return a.showFile(patient, d, sayFile(d.P, fileDone, "file.left", "File", name))
	}
	// Were it the other way round, a job that is quick could have its last word overwritten.
	if err := a.showFile(patient, d, sayFile(d.P, fileTaking, "file.taking", "File", name)); err != nil {
		return err
	}
	history := c.Action.ActionID == actHistoryFile
	if err := a.jobs.later(func(ctx context.Context) { a.takeFile(ctx, d, history) }); err != nil {
		return a.showFile(patient, d, sayFile(d.P, fileDone, "file.busy", "File", name))
	}
	return nil
}

// stateOf returns the state that the answer shows; empty when there is none.
func (a *App) stateOf(ctx context.Context, d dropped) (string, error) {
	h, err := a.slack(ctx, d.Workspace).GetConversationHistoryContext(ctx, &slack.GetConversationHistoryParameters{
		ChannelID: d.Channel, Oldest: d.ts, Latest: d.ts, Inclusive: true, Limit: 1, IncludeAllMetadata: true,
	})
	if err != nil {
		return "", fmt.Errorf("slack: conversations.history: %w", err)
	}
	if len(h.Messages) == 0 || h.Messages[0].Metadata.EventPayload["key"] != d.key() {
		return "", nil
	}
	state, _ := h.Messages[0].Metadata.EventPayload["state"].(string)
	return state, nil
}

// takeFile imports the file, says what became of it, and gives back the refused rows.
func (a *App) takeFile(ctx context.Context, d dropped, history bool) {
	theirs := store.Leftover{Kind: store.LeftoverDropped, Ref: d.id, Owner: d.Actor.User, Made: a.Now()}
	if err := a.Store.Leave(ctx, d.Workspace.ID, theirs); err != nil {
		a.Log.ErrorContext(ctx, "dropped file not noted", "error", err)
	}
	var refused bytes.Buffer
	report, err := a.readFile(ctx, d, LeadFile{Take: true, History: history, Refused: &refused, Progress: a.tellsHowFar(ctx, d)})
	say := sayTaken(d.P, d.name, history, report)
	if err != nil {
		say = a.sayTrouble(ctx, d, err)
	}
	a.showFileAtLast(ctx, d, fileTaking, say)
	if err != nil || report.Refused == 0 {
		return
	}
	name := strings.TrimSuffix(d.name, path.Ext(d.name)) + d.P.T("file.refused_name")
	given, err := a.slack(ctx, d.Workspace).UploadFileContext(ctx, slack.UploadFileParameters{
		Filename: name, Title: name, FileSize: refused.Len(), Reader: &refused, Channel: d.Channel, ThreadTimestamp: d.ts,
		InitialComment: d.P.T("file.mend"),
	})
	if err == nil {
		ours := store.Leftover{Kind: store.LeftoverRefused, Ref: given.ID, Owner: d.Actor.User, Made: theirs.Made}
		err = a.Store.Leave(context.WithoutCancel(ctx), d.Workspace.ID, ours)
	}
	if err != nil {
		a.Log.WarnContext(ctx, "refused rows not given back", "error", err)
		a.showFileAtLast(ctx, d, fileDone, say.and(d.P.T("file.not_given_back")))
	}
}

// readFile fetches the file from Slack and reads it.
func (a *App) readFile(ctx context.Context, d dropped, job LeadFile) (FileReport, error) {
	info, _, _, err := a.slack(ctx, d.Workspace).GetFileInfoContext(ctx, d.id, 0, 0)
	switch {
	case err != nil:
		return FileReport{}, fmt.Errorf("slack: files.info: %w", err)
	case info.Size > maxDropped:
		return FileReport{}, FileProblem(d.P.T("file.too_large", "Limit", maxDropped>>20))
	case !isLeadFile(info.Name):
		return FileReport{}, FileProblem(d.P.T("file.other_kind"))
	}
	temp, err := os.CreateTemp("", "relevo-")
	if err != nil {
		return FileReport{}, fmt.Errorf("keep file: %w", err)
	}
	defer os.Remove(temp.Name())
	defer temp.Close()
	// The library sends its token to nobody but Slack.
	if err := a.slack(ctx, d.Workspace).GetFileContext(ctx, info.URLPrivateDownload, &capped{temp, maxDropped}); err != nil {
		return FileReport{}, fmt.Errorf("slack: fetch file: %w", err)
	}
	job.Workspace, job.By, job.P, job.Content = d.Workspace, d.Actor.User, d.P, temp
	return a.ReadLeads(ctx, job)
}

// isLeadFile tells whether a file's name is that of a table.
func isLeadFile(name string) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls":
		return true
	}
	return false
}

// capped fails when it is given more than Slack said there is.
type capped struct {
	io.Writer
	left int
}

func (c *capped) Write(p []byte) (int, error) {
	if c.left -= len(p); c.left < 0 {
		return 0, errors.New("the file is larger than Slack said")
	}
	return c.Writer.Write(p)
}

// sayTrouble says what went wrong, and that nothing is lost by dropping the file again.
func (a *App) sayTrouble(ctx context.Context, d dropped, err error) fileSaid {
	if problem, ok := errors.AsType[FileProblem](err); ok {
		return sayFile(d.P, fileDone, "file.problem", "File", d.name, "Why", string(problem))
	}
	if ctx.Err() == nil {
		a.Log.ErrorContext(ctx, "file not read", "error", err)
	}
	return sayFile(d.P, fileDone, "file.broke_off", "File", d.name)
}

// How often an answer is tried, and how long it may take in all, also when the bot is about to stop.
const (
	fileTries    = 5
	fileLastWord = 20 * time.Second
)

// showFileAtLast shows the answer's new state in place of another, if Slack can be reached at all. A try of which it
// is not known whether it came through is repeated only while the other one still shows: somebody may have pressed a
// button by then.
func (a *App) showFileAtLast(ctx context.Context, d dropped, before string, said fileSaid) {
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), fileLastWord)
	defer cancel()
	for try := range fileTries {
		var err error
		state := before
		if try > 0 {
			state, err = a.stateOf(last, d)
		}
		if err == nil && state == before {
			err = a.showFile(last, d, said)
		}
		if err == nil {
			return
		}
		o := judge(err)
		if try == fileTries-1 || !o.transient() || ctx.Err() != nil || !wait(last, o.backoff(try)) {
			a.Log.WarnContext(ctx, "answer to a file not shown", "error", err)
			return
		}
	}
}

func (a *App) showFile(ctx context.Context, d dropped, said fileSaid) error {
	if _, _, _, err := a.slack(ctx, d.Workspace).UpdateMessageContext(ctx, d.Channel, d.ts, a.fileOptions(d, said)...); err != nil {
		return fmt.Errorf("slack: chat.update: %w", err)
	}
	return nil
}

func (a *App) fileOptions(d dropped, said fileSaid) []slack.MsgOption {
	return []slack.MsgOption{
		slack.MsgOptionBlocks(said.blocks...), slack.MsgOptionText(said.text, false),
		slack.MsgOptionDisableLinkUnfurl(), slack.MsgOptionDisableMediaUnfurl(),
		slack.MsgOptionMetadata(slack.SlackMetadata{EventType: metadataType, EventPayload: map[string]any{"key": d.key(), "state": said.state}}),
	}
}
