package bot

import (
	"context"

	"github.com/slack-go/slack"

	"relevo/handoff"
	"relevo/internal/text"
)

// maxHanded is how many of the leads that somebody handed over Home shows.
const maxHanded = 5

// marketingBlocks are what marketers come for: the week so far, the reasons that wait for their answer, the last digest, and
// what became of the leads that they handed over.
func (a *App) marketingBlocks(ctx context.Context, s scene) ([]slack.Block, error) {
	now, zone := a.Now(), s.Workspace.Location()
	f, err := Digest(ctx, a.Store, s.Workspace, handoff.WeekOf(now, zone), a.Mapped, now)
	if err != nil {
		return nil, err
	}
	lines := []slack.RichTextElement{paragraph(bold(s.P.T("home.week"))), paragraph(words(weekWords(s.P, f)))}
	last, err := a.lastDigest(ctx, s)
	if err != nil {
		return nil, err
	}
	if last != nil {
		lines = append(lines, paragraph(last...))
	}
	blocks := []slack.Block{header(s.P.T("home.marketing")), richText(lines...)}
	if len(f.Owed) > 0 {
		var rows [][]span
		for _, u := range f.Owed {
			rows = append(rows, []span{words(owedWords(s.P, f, u))})
		}
		blocks = append(blocks, richText(paragraph(bold(s.P.N("home.owed", len(f.Owed)))), bullets(rows...)),
			slack.NewActionBlock("", button(actAnswerReason, f.Owed[0].Reason, s.P.T("digest.answer"), "")))
	}
	handed, err := a.Store.HandedOver(ctx, s.Workspace.ID, s.Actor.User, maxHanded)
	if err != nil || len(handed) == 0 {
		return blocks, err
	}
	list, err := a.listBlocks(ctx, s, s.P.T("home.handed"), handed, len(handed))
	return append(blocks, list...), err
}

// weekWords are a week's counts in one line.
func weekWords(p *text.Printer, f handoff.Figures) string {
	if f.Offered()+f.Decided() == 0 {
		return p.T("home.week.none")
	}
	return p.T("home.week.counts", "Received", p.Int(f.Offered()), "Accepted", p.Int(f.Accepted), "Rejected", p.Int(f.Rejected), "NotNow", p.Int(f.NotNow), "Open", p.Int(f.Backlog.Open))
}

// lastDigest is the way to the last digest; nothing while there is none.
func (a *App) lastDigest(ctx context.Context, s scene) ([]span, error) {
	week, err := a.Store.LastDigest(ctx, s.Workspace.ID)
	if ok, err := found(err); !ok {
		return nil, err
	}
	m, err := a.Store.DigestMessage(ctx, s.Workspace.ID, week)
	if ok, err := found(err); !ok {
		return nil, err
	}
	url := permalink(s.Workspace, m)
	if url == "" {
		return nil, nil
	}
	return []span{link(url, s.P.T("home.last_digest", "Week", week))}, nil
}
