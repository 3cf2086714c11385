package bot

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/slack-go/slack"

	"relevo/handoff"
	"relevo/store"
)

// The sheet is the rounds of a week as a file for a spreadsheet, sent by direct message to whoever pressed the digest's
// button. That it is wanted is stored, so that nothing is lost when the bot is killed; the syncer sends it.

const actSheet = "digest.sheet"

// maxSheet is how many rows a sheet has.
const maxSheet = 100_000

// wantSheet notes who wants the sheet of which week.
func (a *App) wantSheet(ctx context.Context, c click) error {
	week, err := handoff.ParseWeek(c.Action.Value, c.Workspace.Location())
	if err != nil {
		return err
	}
	if err := a.Store.WantSheet(ctx, c.Workspace.ID, week.String(), c.Actor.User, a.Now()); err != nil {
		return err
	}
	said := c.P.T("sheet.coming", "Days", weekDays(c.P, week))
	ctx, cancel := context.WithTimeout(ctx, a.patience)
	defer cancel()
	if c.Channel != "" {
		if _, err := a.slack(ctx, c.Workspace).PostEphemeralContext(ctx, c.Channel, c.Actor.User, slack.MsgOptionText(said, false)); err == nil {
			return nil
		}
	}
	return a.open(ctx, c.scene, noticeView(c.P, said, nil)) // where the bot is not in the channel, too
}

// sheetFile is a file to be sent.
type sheetFile struct {
	name, title string
	content     []byte
}

// renderSheet makes the sheet in the language of whoever wants it. When Slack refuses files, they are told so instead.
func (a *App) renderSheet(ctx context.Context, ws store.Workspace, m store.Message) (rendered, error) {
	week, err := handoff.ParseWeek(m.Week, ws.Location())
	if err != nil {
		return rendered{}, err
	}
	reader, locale, err := a.people.actor(ctx, ws, m.Target, "")
	if err != nil && !errors.Is(err, errUnknownPerson) {
		return rendered{}, err
	}
	p := a.Texts.In(cmp.Or(locale, ws.Language))
	days := weekDays(p, week)
	say := func(key string, pairs ...any) rendered {
		spans := fill(p, key, append(pairs, "Days", days)...)
		return rendered{blocks: []slack.Block{richText(paragraph(spans...))}, text: spoken(p, spans...)}
	}
	if m.Failures > 1 && !passes(m.Problem) {
		return say("sheet.refused", "Problem", m.Problem), nil
	}
	rounds, err := a.Store.Rounds(ctx, ws.ID, week.Start(), week.End(), maxSheet+1)
	if err != nil {
		return rendered{}, err
	}
	key := "sheet.here"
	switch {
	case len(rounds) == 0:
		return say("sheet.empty"), nil
	case len(rounds) > maxSheet:
		rounds, key = rounds[:maxSheet], "sheet.cut"
	}
	r := say(key, "Rows", p.Int(len(rounds)))
	r.file = &sheetFile{
		name: "leads-" + week.String() + ".csv", title: p.T("sheet.title", "Days", days),
		content: sheetCSV(p, ws.Rules().Reasons, ws.Location(), rounds, ws.Rules().MaySeeReps(reader) == nil),
	}
	return r, nil
}

// upload sends a message's file. A message with a file has no metadata: its key is the id of its block.
func (a *App) upload(ctx context.Context, ws store.Workspace, m store.Message, r rendered, channel string) error {
	ctx, cancel := context.WithTimeout(ctx, lease*2/3) // three calls within one claim
	defer cancel()
	blocks := slack.Blocks{BlockSet: []slack.Block{slack.NewRichTextBlock(m.Key, r.blocks[0].(*slack.RichTextBlock).Elements...)}}
	_, err := a.slack(ctx, ws).UploadFileContext(ctx, slack.UploadFileParameters{
		Filename: r.file.name, Title: r.file.title, FileSize: len(r.file.content), Reader: bytes.NewReader(r.file.content), Channel: channel, Blocks: blocks,
	})
	if err != nil {
		return fmt.Errorf("slack: upload: %w", err)
	}
	return nil
}

// sheetOffer is the button that asks for the sheet of a week.
type sheetOffer struct {
	week  handoff.Week
	label string
}

func (o sheetOffer) block(DigestOptions) slack.Block {
	return slack.NewActionBlock("", button(actSheet, o.week.String(), o.label, ""))
}
func (o sheetOffer) said() []string  { return nil }
func (o sheetOffer) typed() []string { return nil }
