package bot

import (
	"context"

	"github.com/slack-go/slack"

	"relevo/handoff"
	"relevo/internal/text"
	"relevo/store"
)

// When many leads come in together the channel hears of it once: by this message, in whose thread their cards stand.

// How many sources and owners the announcement names.
const (
	maxWaveSources = 5
	maxWaveOwners  = 10
)

func (a *App) renderWave(ctx context.Context, ws store.Workspace, m store.Message) (rendered, error) {
	w, err := a.Store.Wave(ctx, ws.ID, m.Subject)
	if err != nil {
		return rendered{}, err
	}
	if m.TS == "" && m.Again {
		w.Owners = nil // they were called by the one that was deleted
	}
	blocks, said := waveBlocks(a.printer(ws), w)
	return rendered{blocks: blocks, text: said}, nil
}

// waveBlocks says how many leads came in together and from where, how many wait for a decision, for whom, and how to
// find them.
func waveBlocks(p *text.Printer, w handoff.Wave) ([]slack.Block, string) {
	title := []span{bold(p.N("wave.title", w.Leads))}
	if len(w.Sources) > 0 {
		title = append(title, words(" ("+waveSources(p, w.Sources)+")"))
	}
	where := fill(p, "wave.decided")
	if w.Open > 0 {
		list := styled(p.T("command.lead_open.usage"), &slack.RichTextSectionTextStyle{Code: true})
		where = fillCount(p, "wave.open", &w.Open, "List", list)
	}
	lines := []slack.RichTextElement{paragraph(title...), paragraph(where...)}
	said := spoken(p, title...) + "\n" + spoken(p, where...)
	if len(w.Owners) > 0 {
		owners := waveOwners(p, w.Owners)
		lines = append(lines, paragraph(owners...))
		said += "\n" + spoken(p, owners...)
	}
	return []slack.Block{richText(lines...)}, fallback(said)
}

func waveSources(p *text.Printer, sources []handoff.Named) string {
	all := make([]string, 0, len(sources))
	for i, s := range sources {
		if i == maxWaveSources {
			return joined(" · ", append(all, "…")...)
		}
		name := cut(oneLine(s.Name), maxCell)
		if name == "" {
			name = p.T("digest.no_source")
		}
		if len(sources) > 1 {
			name += "\u00a0" + p.Int(s.Count)
		}
		all = append(all, name)
	}
	return joined(" · ", all...)
}

func waveOwners(p *text.Printer, owners []handoff.Named) []span {
	all := fill(p, "wave.owners")
	for i, o := range owners {
		if i == maxWaveOwners {
			return append(all, words(" …"))
		}
		if i > 0 {
			all = append(all, words(" ·"))
		}
		all = append(all, words(" "), person(p, cut(o.Name, maxCell)), words("\u00a0"+p.Int(o.Count)))
	}
	return all
}
