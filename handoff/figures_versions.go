package handoff

import "time"

// InForce is a version of the definitions or of the profile.
type InForce struct {
	Kind    AgreementKind
	Version int       // 0 is what every workspace begins with
	Since   time.Time // zero for version 0
}

// Versions are what was in force at the end of a week, and what changed before it.
type Versions struct {
	Definitions, Profile InForce
	Trend                []InForce // came into force in the trend's weeks, oldest first
}

// versions sorts out what came into force until the week's end.
func (l Ledger) versions() Versions {
	v := Versions{Definitions: InForce{Kind: AgreementDefinitions}, Profile: InForce{Kind: AgreementProfile}}
	start := l.Week.Add(1 - TrendWeeks).Start()
	for _, g := range l.Agreed {
		in := InForce{Kind: g.Kind, Version: g.Version, Since: g.InForce}
		if g.Kind == AgreementProfile {
			v.Profile = in
		} else {
			v.Definitions = in
		}
		if !in.Since.Before(start) {
			v.Trend = append(v.Trend, in)
		}
	}
	return v
}

// In returns what came into force in a week.
func (v Versions) In(w Week) (all []InForce) {
	for _, in := range v.Trend {
		if WeekOf(in.Since, w.Zone) == w {
			all = append(all, in)
		}
	}
	return all
}

// Between returns what came into force in the week or its norm: what the week is compared with was decided by another
// version, in part.
func (f Figures) Between() (all []InForce) {
	if f.Norm == 0 {
		return nil
	}
	start := f.Week.Add(-f.Norm).Start()
	for _, in := range f.Versions.Trend {
		if !in.Since.Before(start) {
			all = append(all, in)
		}
	}
	return all
}
