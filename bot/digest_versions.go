package bot

import (
	"strings"

	"relevo/handoff"
	"relevo/internal/text"
)

// inForce is the foot of a digest: the versions by which the week was decided. It is left out of a digest without figures.
func inForce(p *text.Printer, f handoff.Figures) []digestItem {
	v := f.Versions
	if v.Definitions.Version+v.Profile.Version == 0 && f.Offered()+f.Decided()+f.Backlog.Open == 0 {
		return nil
	}
	var said []string
	for _, in := range []handoff.InForce{v.Definitions, v.Profile} {
		switch {
		case in.Version == 0:
			said = append(said, p.T("versions.none."+string(in.Kind)))
		case handoff.WeekOf(in.Since, f.Week.Zone) == f.Week:
			said = append(said, versionText(p, f, "versions.new", in))
		default:
			said = append(said, versionText(p, f, "versions.since", in))
		}
	}
	foot := p.T("versions.in_force", "Versions", strings.Join(said, ", "))
	if f.Norm > 0 && len(v.Trend) > 0 {
		foot += " " + p.T("versions.mark")
	}
	return []digestItem{remark(foot)}
}

// maxVersions is how many changes are named where figures compare over them.
const maxVersions = 3

// changedBetween says that figures are compared over a change of what both sides agreed on; nothing when they are not.
func changedBetween(p *text.Printer, f handoff.Figures) []digestItem {
	between := f.Between()
	if len(between) == 0 {
		return nil
	}
	var said []string
	for _, in := range between[max(0, len(between)-maxVersions):] {
		said = append(said, versionText(p, f, "versions.since", in))
	}
	return []digestItem{remark(p.T("versions.between", "Versions", strings.Join(said, ", ")))}
}

func versionText(p *text.Printer, f handoff.Figures, key string, in handoff.InForce) string {
	return p.T(key, "What", p.T("versions."+string(in.Kind), "Version", p.Int(in.Version)), "Since", p.Date(in.Since.In(f.Week.Zone)))
}
