package handoff

// Route is one rule of where leads go: to a channel, and to owners in turn.
type Route struct {
	ID      string       `json:"id"` // stays the same through edits
	Name    string       `json:"name"`
	When    Conditions   `json:"when,omitzero"`
	Channel string       `json:"channel,omitzero"` // Slack channel id; empty: the workspace's own
	Owners  []RouteOwner `json:"owners,omitempty"` // none: leads of this route have no owner
}

// Conditions say which leads a route takes. A lead meets them when it meets each that is not empty; a list is met by any of
// its values. No conditions take every lead.
type Conditions struct {
	Countries  []string `json:"countries,omitempty"`  // ISO 3166-1 alpha-2
	Industries []string `json:"industries,omitempty"` // compared without regard to case and accents
	Sources    []string `json:"sources,omitempty"`
	Campaigns  []string `json:"campaigns,omitempty"`
	Languages  []string `json:"languages,omitempty"` // ISO 639-1
	SizeMin    int      `json:"size_min,omitzero"`   // people; a lead whose size is not known does not meet it
	SizeMax    int      `json:"size_max,omitzero"`
	FitMin     int      `json:"fit_min,omitzero"` // percent of the profile
}

// RouteOwner is one owner's part in a route.
type RouteOwner struct {
	User   string `json:"user"`             // Slack user id
	Weight int    `json:"weight,omitzero"`  // how many leads in a turn; 0 is 1
	PerDay int    `json:"per_day,omitzero"` // at most so many new leads a calendar day of the workspace; 0 is no limit
}
