package handoff

import (
	"slices"
	"strings"
	"time"
	"unicode"
)

// Standing is what somebody is in the Slack workspace, whatever their roles are.
type Standing string

// The standings.
const (
	StandingMember  Standing = "member"
	StandingAdmin   Standing = "admin"   // administers the workspace in Slack, and so is an admin here
	StandingGuest   Standing = "guest"   // sees some channels only: may do what a role that they were named for lets them
	StandingOutside Standing = "outside" // belongs to another organisation (Slack Connect)
	StandingBot     Standing = "bot"     // an app's user
	StandingGone    Standing = "gone"    // their account was closed
)

// Nameable tells whether somebody with this standing can be given a role.
func (s Standing) Nameable() bool {
	return s == StandingMember || s == StandingAdmin || s == StandingGuest
}

// Member is what is known of somebody in Slack.
type Member struct {
	User      string    `db:"user_id"`
	Standing  Standing  `db:"standing"`
	Locale    string    `db:"locale"`
	Zone      string    `db:"zone"`       // IANA name
	Away      bool      `db:"away"`       // says their status
	AwayUntil time.Time `db:"away_until"` // when that status ends; zero when it does not say
	OffUntil  time.Time `db:"off_until"`  // away as named in Relevo; zero for not
	Seen      time.Time `db:"seen_at"`    // when Slack was asked
}

// AwayAt tells whether the member is away at a time, by their status or as named in Relevo.
func (m Member) AwayAt(t time.Time) bool {
	return m.OffUntil.After(t) || m.Away && (m.AwayUntil.IsZero() || m.AwayUntil.After(t))
}

// Actor returns the member as somebody who acts, with roles that they were given.
func (m Member) Actor(roles Roles) Actor {
	a := Actor{User: m.User, External: !m.Standing.Nameable(), Guest: m.Standing == StandingGuest, Roles: roles}
	if m.Standing == StandingAdmin && !roles.Has(RoleAdmin) {
		a.Roles = append(slices.Clone(roles), RoleAdmin)
	}
	return a
}

// Emoji with which people say that they are away. The first two are Slack's own for holidays and illness.
var awayEmoji = []string{"palm_tree", "face_with_thermometer", "desert_island", "beach_with_umbrella", "umbrella_on_ground", "airplane", "no_entry"}

// Words with which people say the same, in English and Spanish; of one word its whole, so that "off" is not in "office".
var awayWords = []string{
	"away", "vacation", "vacationing", "holiday", "holidays", "ooo", "off", "out", "sick", "ill", "leave", "pto", "parental",
	"vacaciones", "ausente", "fuera", "baja", "enfermo", "enferma", "permiso", "libre", "festivo",
}

// SaysAway tells whether a Slack status says that somebody is away: by its emoji (":palm_tree:"), or by its words. Statuses
// like "in a meeting" or "working remotely" do not.
func SaysAway(emoji, text string) bool {
	if slices.Contains(awayEmoji, strings.Trim(emoji, ":")) {
		return true
	}
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) })
	return slices.ContainsFunc(words, func(w string) bool { return slices.Contains(awayWords, w) })
}
