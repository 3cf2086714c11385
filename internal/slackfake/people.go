package slackfake

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
)

// The people of the workspace. Otto is from another company and sees #mql-leads through Slack Connect.
const (
	Ana   = "U0ANA00001"
	Luke  = "U0LUKE0001"
	Marta = "U0MARTA001"
	Grace = "U0GRACE001"
	Otto  = "U0OTTO0001"
)

// The channels of the workspace.
const (
	ChannelLeads    = "C0MQLLEADS"
	ChannelFeedback = "C0MQLFEEDB"
	ChannelGeneral  = "C0GENERAL1"
)

// User is a person or the app's bot.
type User struct {
	ID         string `json:"id"`
	Name       string `json:"name"` // the handle
	RealName   string `json:"real_name"`
	Title      string `json:"title"`
	Role       string `json:"role"`
	Email      string `json:"-"`
	Locale     string `json:"locale"`
	TZ         string `json:"tz"`
	TeamID     string `json:"team_id"`
	IsBot      bool   `json:"is_bot"`
	IsStranger bool   `json:"is_stranger"`
	Color      string `json:"color"`
	Deleted    bool   `json:"deleted,omitempty"`
	IsAdmin    bool   `json:"is_admin,omitempty"` // of the workspace; managers are its owners
	Guest      string `json:"guest,omitempty"`    // "multi" for a guest of some channels, "single" for one of a single channel

	StatusText  string    `json:"status_text,omitempty"`
	StatusEmoji string    `json:"status_emoji,omitempty"` // ":palm_tree:"
	StatusUntil time.Time `json:"-"`                      // zero for a status that stays
}

// Channel is a channel or a direct message.
type Channel struct {
	ID       string   `json:"id"`
	Name     string   `json:"name"`
	Topic    string   `json:"topic"`
	Kind     string   `json:"kind"` // channel, private, im, mpim
	Members  []string `json:"members"`
	With     string   `json:"with,omitempty"` // im: the person who talks with the app
	Archived bool     `json:"archived,omitempty"`
	created  int64
}

func (s *Slack) seed() {
	s.users = []*User{
		{ID: Ana, Name: "ana.ruiz", RealName: "Ana Ruiz", Title: "Asesora comercial", Role: "rep", Locale: "es-ES", Color: "9f69e7"},
		{ID: Luke, Name: "luke.carter", RealName: "Luke Carter", Title: "Sales representative", Role: "rep", Locale: "en-US", Color: "4bbe2e"},
		{ID: Marta, Name: "marta.vidal", RealName: "Marta Vidal", Title: "Responsable de marketing", Role: "marketer", Locale: "es-ES", Color: "e7392d"},
		{ID: Grace, Name: "grace.hall", RealName: "Grace Hall", Title: "Head of sales", Role: "manager", Locale: "en-US", Color: "3c989f"},
		{ID: Otto, Name: "otto.fremd", RealName: "Otto Fremd", Title: "Partner agency", Role: "outsider", Locale: "en-US", Color: "674b1b", TeamID: partnerTeam, IsStranger: true},
		{ID: botUser, Name: strings.ToLower(strings.ReplaceAll(s.opts.AppName, " ", "")), RealName: s.opts.AppName, Role: "app", Locale: "en-US", Color: "2b6cb0", IsBot: true},
	}
	everyone := []string{Ana, Luke, Marta, Grace, Otto, botUser}
	ours := []string{Ana, Luke, Marta, Grace}
	created := s.now().Unix()
	s.channels = []*Channel{
		{ID: ChannelLeads, Name: "mql-leads", Topic: "Marketing's leads for sales", Kind: "channel", Members: everyone},
		{ID: ChannelFeedback, Name: "mql-feedback", Topic: "What became of them", Kind: "channel", Members: append(slices.Clone(ours), botUser)},
		{ID: ChannelGeneral, Name: "general", Topic: "Everybody", Kind: "channel", Members: slices.Clone(ours)},
	}
	for _, u := range s.users {
		u.TZ = teamZone
		u.TeamID = cmp.Or(u.TeamID, s.opts.TeamID)
		u.Email = u.Name + "@" + teamDomain + ".example"
		if u.IsStranger {
			u.Email = u.Name + "@partner.example"
		}
		if s.opts.Locale != "" {
			u.Locale = s.opts.Locale
		}
		if !u.IsBot {
			s.addIM(u)
		}
	}
	for _, c := range s.channels {
		c.created = created
	}
	s.groups = []UserGroup{{ID: "S0SALES001", Name: "Sales", Handle: "sales", Users: []string{Ana, Luke, Grace}}}
}

func (s *Slack) addIM(u *User) *Channel {
	c := &Channel{ID: "D" + u.ID[1:], Name: u.Name, Kind: "im", Members: []string{u.ID, botUser}, With: u.ID, created: s.now().Unix()}
	s.channels = append(s.channels, c)
	return c
}

// Users are all people and the app's bot.
func (s *Slack) Users() []User {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []User
	for _, u := range s.users {
		out = append(out, *u)
	}
	return out
}

// AddUser adds a person, or changes the one who has this id. An empty zone, team or name gets a default.
func (s *Slack) AddUser(u User) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u.TZ = cmp.Or(u.TZ, teamZone)
	u.TeamID = cmp.Or(u.TeamID, s.opts.TeamID)
	u.Locale = cmp.Or(u.Locale, s.opts.Locale, "en-US")
	u.Name = cmp.Or(u.Name, strings.ToLower(strings.ReplaceAll(u.RealName, " ", ".")))
	if old := s.user(u.ID); old != nil {
		*old = u
	} else {
		s.users = append(s.users, &u)
		s.addIM(&u)
	}
	s.peopleChanged()
}

// Channels are all channels and direct messages.
func (s *Slack) Channels() []Channel {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Channel
	for _, c := range s.channels {
		copied := *c
		copied.Members = slices.Clone(c.Members)
		out = append(out, copied)
	}
	return out
}

// AddChannel adds a channel with these members and returns its id.
func (s *Slack) AddChannel(name string, members ...string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := &Channel{ID: s.id("C"), Name: strings.TrimPrefix(name, "#"), Kind: "channel", Members: members, created: s.now().Unix()}
	s.channels = append(s.channels, c)
	s.peopleChanged()
	return c.ID
}

// SetMember lets a person (or the app's bot) into a channel or takes them out.
func (s *Slack) SetMember(channel, user string, in bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.channel(channel)
	if c == nil {
		return fmt.Errorf("no channel %q", channel)
	}
	s.setMember(c, user, in)
	return nil
}

// MoveChannel gives a channel a new id and keeps its messages, as it happens when it is first shared with another
// company. The app hears channel_id_changed; the old id is unknown from then on.
func (s *Slack) MoveChannel(ctx context.Context, channel string) (id string, _ error) {
	s.mu.Lock()
	c := s.channel(channel)
	if c == nil {
		s.mu.Unlock()
		return "", fmt.Errorf("no channel %q", channel)
	}
	old := c.ID
	c.ID = s.id("C")
	s.messages[c.ID] = s.messages[old]
	delete(s.messages, old)
	for _, m := range append(slices.Clip(s.messages[c.ID]), s.ephemerals...) {
		if m.Channel == old {
			m.Channel = c.ID
		}
	}
	s.peopleChanged()
	event := Object{"type": "channel_id_changed", "old_channel_id": old, "new_channel_id": c.ID, "event_ts": s.newTS()}
	id = c.ID
	s.mu.Unlock()
	if err := s.event(ctx, "channel_id_changed", event); err != nil {
		return id, fmt.Errorf("move channel: %w", err)
	}
	return id, nil
}

func (s *Slack) setMember(c *Channel, user string, in bool) {
	c.Members = slices.DeleteFunc(slices.Clone(c.Members), func(m string) bool { return m == user })
	if in {
		c.Members = append(c.Members, user)
	}
	s.peopleChanged()
}

// SetArchived archives a channel or brings it back.
func (s *Slack) SetArchived(channel string, archived bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.channel(channel)
	if c == nil {
		return fmt.Errorf("no channel %q", channel)
	}
	c.Archived = archived
	s.peopleChanged()
	return nil
}

func (s *Slack) peopleChanged() {
	s.tell(pageEvent{body: Object{"type": "users"}})
	s.tell(pageEvent{body: Object{"type": "channels"}})
}

func (s *Slack) user(id string) *User {
	for _, u := range s.users {
		if u.ID == id {
			return u
		}
	}
	return nil
}

// channel finds a channel by id, "#name" or name; a user's id means the direct message with the app.
func (s *Slack) channel(id string) *Channel {
	name, named := strings.CutPrefix(id, "#")
	for _, c := range s.channels {
		if c.ID == id || (c.Kind == "im" && c.With == id) || (c.Kind != "im" && c.Name == name && (named || !strings.HasPrefix(id, "C"))) {
			return c
		}
	}
	return nil
}

func (c *Channel) has(user string) bool { return slices.Contains(c.Members, user) }
