package bot

import (
	"strings"
	"time"

	"relevo/handoff"
	"relevo/internal/text"
)

// verdictText is the findings of a week in sentences.
func verdictText(p *text.Printer, f handoff.Figures) string {
	var said []string
	for _, found := range f.Verdict() {
		said = append(said, findingText(p, f, found))
	}
	return strings.Join(said, " ")
}

func findingText(p *text.Printer, f handoff.Figures, found handoff.Finding) string {
	switch found.Kind {
	case handoff.FoundUndecided, handoff.FoundAside:
		return p.N("digest.found."+string(found.Kind), found.Week.Of)
	case handoff.FoundLate:
		return p.N("digest.found.late", found.Week.Count)
	case handoff.FoundAcceptance:
		return p.T("digest.found.acceptance."+acceptanceKey(f, found), comparison(p, f, found)...)
	case handoff.FoundReason:
		return p.T("digest.found.reason."+direction(found.Change), append(comparison(p, f, found), "Reason", reasonName(p, f.Reasons, found.Reason, time.Time{}))...)
	default:
		return p.T("digest.found." + string(found.Kind))
	}
}

// acceptanceKey says which sentence fits: without a share when the base is small, without a comparison when there
// is nothing to compare with.
func acceptanceKey(f handoff.Figures, found handoff.Finding) string {
	switch {
	case f.Norm == 0 || found.Before.Small() && !found.Week.Small():
		return "alone"
	case found.Week.Small():
		return "few"
	default:
		return direction(found.Change)
	}
}

func direction(d handoff.Direction) string {
	switch d {
	case handoff.Up:
		return "up"
	case handoff.Down:
		return "down"
	default:
		return "level"
	}
}

func comparison(p *text.Printer, f handoff.Figures, found handoff.Finding) []any {
	return []any{
		"Of", p.N("digest.of_leads", found.Week.Of, "Accepted", p.Int(found.Week.Count)),
		"Share", p.Percent(found.Week.Share()), "Before", p.Percent(found.Before.Share()),
		"Weeks", p.N("digest.weeks_before", f.Norm),
	}
}
