package bot

import (
	"strings"
	"time"

	"relevo/handoff"
	"relevo/internal/text"
)

// reasonWords returns what a reason was called at some time, or is called now when the time is zero: by the workspace, else
// by the catalogue. What was decided or happened is told in the words of its time, choices and figures in those of now.
// A reason that neither knows is called by its key.
func reasonWords(p *text.Printer, reasons handoff.Reasons, key string, at time.Time) string {
	r, _ := reasons.Find(key)
	if name := r.NameAt(at); name != "" {
		return name
	}
	if p.Has("reason." + key) {
		return p.T("reason." + key)
	}
	return key
}

// reasonName is reasonWords in few words: the catalogue's are cut short of what stands in brackets, those of the workspace are
// as it wrote them.
func reasonName(p *text.Printer, reasons handoff.Reasons, key string, at time.Time) string {
	name := reasonWords(p, reasons, key, at)
	if r, _ := reasons.Find(key); r.NameAt(at) == "" {
		name, _, _ = strings.Cut(name, " (")
	}
	return name
}
