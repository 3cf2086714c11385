// Package handoff is the domain of Relevo: leads, the decisions that sales takes on them, the
// reasons and their lanes, due times, weeks, and the figures that marketing reads. It knows
// no SQL, no Slack, no HTTP and has no clock of its own.
package handoff

import (
	"strings"
	"time"
)

// State is where a lead stands. See docs/states.md for the diagram.
type State string

// The states of a lead.
const (
	Open      State = "open"      // offered to sales, undecided
	Accepted  State = "accepted"  // an SQL
	Rejected  State = "rejected"  // not an SQL, closed
	Nurturing State = "nurturing" // not now: comes back as the next round
	Erased    State = "erased"    // the person withdrew: only what is counted is left
)

// States lists every state a lead can be in.
func States() []State { return []State{Open, Accepted, Rejected, Nurturing, Erased} }

// Person is what is known of the person or company that marketing hands over. Every field may be
// empty, but at least one of Email, Phone and the arrival's ExternalID is not.
type Person struct {
	Name     string `db:"name"`
	Email    string `db:"email"` // lower case, without surrounding space
	Phone    string `db:"phone"`
	Company  string `db:"company"`
	Website  string `db:"website"`
	Role     string `db:"role"`
	Country  string `db:"country"` // ISO 3166-1 alpha-2 when it is known ("ES"), else as typed
	Industry string `db:"industry"`
	Size     string `db:"size"`
	Link     string `db:"link"`     // where the CRM shows it, an http or https address
	Language string `db:"language"` // ISO 639-1, or empty

	Mailbox Mailbox `db:"mailbox"` // what is special about the e-mail's domain
}

// Mailbox is what an e-mail address tells by its domain alone; empty is a domain of the person's company, or not known.
type Mailbox string

// The mailboxes that a card marks.
const (
	MailboxFree       Mailbox = "free"       // of a provider that anybody can have an address at
	MailboxDisposable Mailbox = "disposable" // of a provider of addresses to throw away
)

// Touch is one thing the person did that made marketing hand them over.
type Touch struct {
	Source      string `db:"source"`       // "Google", "Webinar", …
	Campaign    string `db:"campaign"`     // marketing's own name for the effort
	Activity    string `db:"activity"`     // in words: "asked for a demo"
	AsksContact bool   `db:"asks_contact"` // asked to be contacted: due sooner
}

// Lead is a person or company that marketing hands over to sales.
type Lead struct {
	ID        int64 `db:"id"`
	Workspace int64 `db:"workspace_id"`
	Number    int64 `db:"number"` // what people call it: #1042, unique within its workspace
	Person
	Touch           // of the current round
	Extras  []Extra `db:"-"` // what else is known, in the order in which it was learnt
	State   State   `db:"state"`
	Round   int     `db:"round"`   // from 1
	Touches int     `db:"touches"` // how many times it arrived in the current round; more than one means merged
	Owner   string  `db:"owner"`   // Slack user id, or empty
	Route   string  `db:"route"`   // ID of the route that took the current round; empty when none did
	Channel string  `db:"channel"` // where the current round is offered; empty: the workspace's own

	// What it shows of the profile: see Profile.Judge. A decided lead keeps what it was decided by.
	Fit            int    `db:"fit"`       // the weights of the characteristics that it shows
	FitOf          int    `db:"fit_of"`    // the weights of all; 0 when there was no profile
	FitMarks       string `db:"fit_marks"` // a Mark for each
	ProfileVersion int    `db:"profile_version"`

	Received time.Time `db:"received_at"`
	Offered  time.Time `db:"offered_at"` // start of the current round
	DueFrom  time.Time `db:"due_from"`   // since when its time to decide runs: the offer, a merge that hurries, or a take-back
	Due      time.Time `db:"due_at"`     // when the current round should be decided
	Back     time.Time `db:"back_at"`    // when a nurturing lead comes back; zero in every other state
	Decided  time.Time `db:"decided_at"` // when the current round was decided; zero while it is open
	Decider  string    `db:"decided_by"` // who decided; empty when it is not known
	Nudge    time.Time `db:"nudge_at"`   // when somebody is to be reminded of it next; zero for never
	Nudges   int       `db:"nudges"`     // how far the reminding of the current round is: see NudgeHalf
	Version  int64     `db:"version"`    // rises with every change that a card shows
}

// Overdue tells whether the lead should have been decided before now.
func (l Lead) Overdue(now time.Time) bool { return l.State == Open && now.After(l.Due) }

// Title is the shortest thing to call the lead by: the first of name, company, e-mail and phone that is known,
// else empty.
func (l Lead) Title() string {
	for _, s := range []string{l.Name, l.Company, l.Email, l.Phone} {
		if s != "" {
			return s
		}
	}
	return ""
}

// Domain returns the domain of the lead's e-mail when it is the company's own, else empty: the company's next lead finds its
// owner by it.
func (p Person) Domain() string {
	if p.Mailbox != "" {
		return ""
	}
	_, domain, _ := strings.Cut(p.Email, "@")
	return domain
}

// EventKind says what happened in a lead's history.
type EventKind string

// What can happen to a lead.
const (
	EventReceived  EventKind = "received"   // it arrived for the first time
	EventMerged    EventKind = "merged"     // it arrived again while open, or with an external id already known and something new
	EventNewRound  EventKind = "new_round"  // it arrived again after a decision
	EventReturned  EventKind = "returned"   // its day came: a nurturing lead is offered again
	EventAccepted  EventKind = "accepted"   // a rep accepted it as an SQL
	EventRejected  EventKind = "rejected"   // a rep rejected it
	EventNotNow    EventKind = "not_now"    // a rep sent it to nurturing
	EventTakenBack EventKind = "taken_back" // a decision was reversed
	EventErased    EventKind = "erased"     // the person withdrew
	EventAssigned  EventKind = "assigned"   // somebody was made its owner: Note is the new owner's Slack user id, or empty
	EventRerouted  EventKind = "rerouted"   // rejected as another door's, and offered there as the next round
	EventAsked     EventKind = "asked"      // one side asked the other a question
	EventAnswered  EventKind = "answered"   // and was answered
	EventConflict  EventKind = "conflict"   // not written to the CRM, which says something else by now: Note is what
)

// How far the reminding of a round is. Each step happens once, in working time.
const (
	NudgeHalf    = 0 // next: the owner is reminded when half of the time is over
	NudgeOverdue = 1 // next: the channel's list of what is past due
	NudgeManager = 2 // next: the managers' list of what has taken twice the time
	NudgeNone    = 3 // nobody is reminded any more
)

// Event is one line of a lead's history.
type Event struct {
	Kind     EventKind `db:"kind"`
	Round    int       `db:"round"`
	At       time.Time `db:"at"`
	Actor    string    `db:"actor"`  // Slack user id; empty when it was not a person in Slack
	Source   string    `db:"source"` // of an arrival
	Campaign string    `db:"campaign"`
	Reason   string    `db:"reason"` // key of the reason of a rejection
	Note     string    `db:"note"`   // need note, note of the rejection, activity of an arrival, or why it was taken back
}
