package handoff

import (
	"slices"
	"time"
)

// Settings are what a workspace has agreed on for its hand-off, edited in Slack. The zero value is what every workspace
// begins with.
type Settings struct {
	Calendar  Calendar  `json:"calendar,omitzero"`
	Due       DueTimes  `json:"due,omitzero"`
	Team      Team      `json:"team,omitzero"`
	Reasons   Reasons   `json:"reasons,omitempty"` // none: DefaultReasons
	Routes    []Route   `json:"routes,omitempty"`  // in the order in which they are asked
	Learning  Learning  `json:"learning,omitzero"`
	Retention Retention `json:"retention,omitzero"`
}

// Learning is how a workspace goes about its profile. Its zero value reminds of exercises and has no calibration.
type Learning struct {
	Unreminded  bool      `json:"unreminded,omitzero"`  // managers are not reminded that an exercise was three months ago
	Calibration bool      `json:"calibration,omitzero"` // both sides judge a masked lead a week
	Since       time.Time `json:"since,omitzero"`       // when the calibration was switched on
}

// Calibrates tells whether a lead is judged whose time is this: none whose time had passed when the calibration was switched on.
func (l Learning) Calibrates(at time.Time) bool { return l.Calibration && !at.Before(l.Since) }

// Rules returns what the decisions of a workspace with these settings follow.
func (s Settings) Rules(zone *time.Location) Rules {
	return Rules{
		Reasons: s.ReasonList(), Hours: s.Calendar.Hours(zone), Due: s.Due, Routes: s.Routes,
		AnyoneDecides: !s.Team.Named(RoleSales), AnyoneAnswers: !s.Team.Named(RoleMarketing),
	}
}

// ReasonList returns the workspace's reasons, those that are retired included. It may be the same list for many: it is read only.
func (s Settings) ReasonList() Reasons {
	if len(s.Reasons) == 0 {
		return defaultReasons
	}
	return s.Reasons
}

// Calendar is when a workspace works. Its zero value is Monday to Friday, 9:00 to 18:00, without holidays.
type Calendar struct {
	Days     []time.Weekday `json:"days,omitempty"`
	Start    int            `json:"start,omitzero"` // minutes since midnight
	End      int            `json:"end,omitzero"`   // minutes since midnight, after Start
	Holidays []Holiday      `json:"holidays,omitempty"`
}

// MaxHolidays is how many holidays a calendar has at most. It keeps every calendar with a working day from being all
// holidays.
const MaxHolidays = 100

// Holiday is a day on which nobody works.
type Holiday struct {
	Day  string `json:"day"` // "2026-12-25", or "12-25" of every year
	Name string `json:"name,omitzero"`
}

// Hours returns the calendar's working hours in a zone.
func (c Calendar) Hours(zone *time.Location) Hours {
	h := DefaultHours(zone)
	if c.End > c.Start {
		h.Start, h.End = time.Duration(c.Start)*time.Minute, time.Duration(c.End)*time.Minute
	}
	if len(c.Days) > 0 {
		h.Days = [7]bool{}
		for _, d := range c.Days {
			h.Days[d] = true
		}
	}
	for _, holiday := range c.Holidays {
		h.Off = append(h.Off, holiday.Day)
	}
	slices.Sort(h.Off)
	return h
}

// DueTimes say how much working time sales has to decide. Their zero value is DueAsked and DueOther.
type DueTimes struct {
	Asked   time.Duration `json:"asked,omitzero"`    // for people who asked to be contacted
	Other   time.Duration `json:"other,omitzero"`    // for everybody else
	Sources []string      `json:"sources,omitempty"` // whoever comes from one of these is taken to have asked
}

// AskedBy tells whether whoever comes from this source is taken to have asked to be contacted. fold makes spellings equal
// that mean the same.
func (d DueTimes) AskedBy(source string, fold func(string) string) bool {
	return source != "" && slices.ContainsFunc(d.Sources, func(s string) bool { return fold(s) == fold(source) })
}

// Within returns how much working time there is to decide on a lead.
func (d DueTimes) Within(asksContact bool) time.Duration {
	switch {
	case asksContact && d.Asked > 0:
		return d.Asked
	case asksContact:
		return DueAsked
	case d.Other > 0:
		return d.Other
	default:
		return DueOther
	}
}
