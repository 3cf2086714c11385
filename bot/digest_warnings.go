package bot

import (
	"strings"

	"relevo/handoff"
	"relevo/internal/text"
)

// maxWarnings is how many campaigns and labels a warning names, and how many warnings a digest has.
const (
	maxWarnings = 6
	maxHunted   = 5
)

// warningLines is what there is to look at, each with its numbers; empty in a quiet week.
func warningLines(p *text.Printer, f handoff.Figures) (lines entries) {
	for _, w := range f.Warnings[:min(len(f.Warnings), maxWarnings)] {
		name, said := p.T("warning."+string(w.Kind)), warningText(p, w)
		lines = append(lines, entry{spans: []span{bold(name), words(" " + said)}, plain: name + " " + said})
	}
	return lines
}

func warningText(p *text.Printer, w handoff.Warning) string {
	key := "warning." + string(w.Kind) + ".said"
	if w.Kind == handoff.WarnNeedHunting {
		return p.T(key+"."+string(w.Where), "Words", quotedWords(p, w.Words))
	}
	return p.T(key, "Campaign", cut(oneLine(w.Campaign), maxCell), "Now", ofText(p, w.Now), "Share", p.Percent(w.Now.Share()), "Before", p.Percent(w.Before.Share()),
		"Leads", average(p, w.Leads), "Usual", average(p, w.Usual))
}

// quotedWords lists what asks for a need.
func quotedWords(p *text.Printer, all []string) string {
	var said []string
	for _, s := range all[:min(len(all), maxHunted)] {
		said = append(said, p.T("warning.word", "Word", cut(oneLine(s), maxCell)))
	}
	if more := len(all) - len(said); more > 0 {
		said = append(said, p.N("warning.more", more))
	}
	return strings.Join(said, ", ")
}
