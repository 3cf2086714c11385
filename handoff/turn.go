package handoff

import "slices"

// StickyDays is for how long after a decision a company's next lead goes to whoever dealt with it.
const StickyDays = 120

// Turn is what is remembered of an owner's turns in a route.
type Turn struct {
	Credit int    // rises by the owner's share each time that somebody gets a lead, and falls by everybody's with each lead of their own
	Day    string // of the workspace, on which
	Given  int    // so many new leads were given
}

// Turns are the turns of a route's owners, by Slack user id.
type Turns map[string]Turn

// on returns how many leads the owner was given on a day.
func (t Turn) on(day string) int {
	if t.Day != day {
		return 0
	}
	return t.Given
}

// Passed is an owner whom a lead passed by, and why.
type Passed struct {
	User string
	Why  PassedFor
	Full int // of PassedFull: how many leads they had that day
}

// PassedFor is why a lead passed an owner by.
type PassedFor string

// Why a lead passes an owner by.
const (
	PassedAway PassedFor = "away"
	PassedFull PassedFor = "full"
)

// Next returns whose turn it is in the route on a day, empty when nobody is left, and who was passed by. Each gets as many
// leads in a turn as their share says, spread as evenly as can be. Nobody loses or saves up leads while they are passed by.
// It changes the credits of turns; whoever then gets the lead is told by Give.
func (r Route) Next(turns Turns, day string, away func(user string) bool) (owner string, passed []Passed) {
	all := 0
	for _, o := range r.Owners {
		all += o.Share()
	}
	asked, best := 0, 0
	for _, o := range r.Owners {
		t := turns[o.User]
		switch given := t.on(day); {
		case away(o.User):
			passed = append(passed, Passed{User: o.User, Why: PassedAway})
			continue
		case o.PerDay > 0 && given >= o.PerDay:
			passed = append(passed, Passed{User: o.User, Why: PassedFull, Full: given})
			continue
		}
		// Shares and owners may have been edited since: no old credit counts for more than one turn.
		t.Credit = min(max(t.Credit, -all), all) + o.Share()
		turns[o.User] = t
		asked += o.Share()
		if owner == "" || t.Credit > best {
			owner, best = o.User, t.Credit
		}
	}
	if owner != "" {
		t := turns[owner]
		t.Credit -= asked
		turns[owner] = t
	}
	return owner, passed
}

// Give counts a new lead of the route for an owner, by whatever way it came to them. It does nothing for anybody else.
func (r Route) Give(turns Turns, day, owner string) {
	for _, o := range r.Owners {
		if o.User == owner {
			t := turns[owner]
			t.Day, t.Given = day, t.on(day)+1
			turns[owner] = t
		}
	}
}

// Offer is what is known when a lead is offered to sales.
type Offer struct {
	Day   string // of the workspace: "2026-11-24"
	Named string // the owner whom the sender gives, or empty
	// Kept are those who dealt with the lead or its company before, who comes first first; empty ones are nobody.
	Kept []string
	Away func(user string) bool
}

// Claim is why somebody owns a lead.
type Claim string

// The claims, strongest first.
const (
	ClaimNamed Claim = "named" // by the sender
	ClaimKept  Claim = "kept"  // they dealt with it, or with its company
	ClaimTurn  Claim = "turn"  // it is their turn
)

// Choice is who a lead goes to, and why.
type Choice struct {
	Route  Route  // the zero route when none takes it
	Owner  string // empty for nobody
	Claim  Claim  // empty for nobody
	Passed []Passed
}

// Choose returns who a lead goes to that the route takes, and counts it in the route's turns.
func (r Route) Choose(o Offer, turns Turns) Choice {
	c := Choice{Route: r, Owner: o.Named, Claim: ClaimNamed}
	for _, kept := range o.Kept {
		switch {
		case c.Owner != "" || kept == "":
		case o.Away(kept):
			c.Passed = append(c.Passed, Passed{User: kept, Why: PassedAway})
		default:
			c.Owner, c.Claim = kept, ClaimKept
		}
	}
	if c.Owner == "" {
		var passed []Passed
		c.Owner, passed = r.Next(turns, o.Day, o.Away)
		c.Claim = ClaimTurn
		for _, p := range passed {
			if !slices.Contains(c.Passed, p) {
				c.Passed = append(c.Passed, p)
			}
		}
	}
	if c.Owner == "" {
		c.Claim = ""
	}
	r.Give(turns, o.Day, c.Owner)
	return c
}
