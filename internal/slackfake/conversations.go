package slackfake

import (
	"cmp"
	"encoding/base64"
	"slices"
	"strconv"
	"strings"
)

func (s *Slack) channelWire(c *Channel) Object {
	im := c.Kind == "im"
	out := Object{
		"id": c.ID, "created": c.created, "is_archived": c.Archived, "is_im": im, "is_mpim": c.Kind == "mpim",
		"is_channel": c.Kind == "channel", "is_group": c.Kind == "private", "is_private": c.Kind != "channel",
		"is_org_shared": false, "context_team_id": s.opts.TeamID, "updated": c.created * 1000,
	}
	if im {
		out["user"], out["is_open"] = c.With, true
		return out
	}
	shared := slices.ContainsFunc(c.Members, func(id string) bool { u := s.user(id); return u != nil && u.TeamID != s.opts.TeamID })
	teams := []string{s.opts.TeamID}
	if shared {
		teams = append(teams, partnerTeam)
	}
	out["name"], out["name_normalized"], out["creator"] = c.Name, c.Name, Grace
	out["is_member"], out["is_general"] = c.has(botUser), c.ID == ChannelGeneral
	out["is_shared"], out["is_ext_shared"], out["shared_team_ids"] = shared, shared, teams
	out["topic"] = Object{"value": c.Topic, "creator": Grace, "last_set": c.created}
	out["purpose"] = Object{"value": "", "creator": "", "last_set": 0}
	out["previous_names"] = []string{}
	return out
}

// known finds a channel that the app may know of.
func (s *Slack) known(id string) (*Channel, error) {
	c := s.channel(id)
	if c == nil || c.ID != id || (c.Kind != "channel" && !c.has(botUser)) {
		return nil, fail("channel_not_found")
	}
	return c, nil
}

func (s *Slack) conversationsInfo(c *call) (Object, error) {
	channel, err := s.known(c.str("channel"))
	if err != nil {
		return nil, err
	}
	out := s.channelWire(channel)
	if c.flag("include_num_members") {
		out["num_members"] = len(channel.Members)
	}
	if c.flag("include_locale") {
		out["locale"] = "en-US"
	}
	return Object{"channel": out}, nil
}

func (s *Slack) conversationsList(c *call) (Object, error) {
	types := strings.Split(cmp.Or(c.str("types"), "public_channel"), ",")
	kinds := map[string]string{"public_channel": "channel", "private_channel": "private", "im": "im", "mpim": "mpim"}
	var wanted []*Channel
	for _, t := range types {
		kind, ok := kinds[strings.TrimSpace(t)]
		if !ok {
			return nil, fail("invalid_types")
		}
		for _, channel := range s.channels {
			if channel.Kind == kind && (kind == "channel" || channel.has(botUser)) && !(channel.Archived && c.flag("exclude_archived")) {
				wanted = append(wanted, channel)
			}
		}
	}
	page, next, err := pageOf(c, wanted, 100)
	if err != nil {
		return nil, err
	}
	channels := []Object{}
	for _, channel := range page {
		out := s.channelWire(channel)
		out["num_members"] = len(channel.Members)
		channels = append(channels, out)
	}
	return Object{"channels": channels, "response_metadata": Object{"next_cursor": next}}, nil
}

func (s *Slack) conversationsMembers(c *call) (Object, error) {
	channel, err := s.known(c.str("channel"))
	if err != nil {
		return nil, err
	}
	members, next, err := pageOf(c, channel.Members, 100)
	if err != nil {
		return nil, err
	}
	return Object{"members": members, "response_metadata": Object{"next_cursor": next}}, nil
}

func (s *Slack) conversationsJoin(c *call) (Object, error) {
	channel, err := s.known(c.str("channel"))
	switch {
	case err != nil:
		return nil, err
	case channel.Archived:
		return nil, fail("is_archived")
	case channel.Kind != "channel":
		return nil, fail("method_not_supported_for_channel_type")
	}
	out := Object{}
	if channel.has(botUser) {
		out["warning"] = "already_in_channel"
	} else {
		s.setMember(channel, botUser, true)
	}
	out["channel"] = s.channelWire(channel)
	return out, nil
}

func (s *Slack) conversationsOpen(c *call) (Object, error) {
	var channel *Channel
	users := c.list("users")
	switch {
	case c.str("channel") != "":
		channel = s.channel(c.str("channel"))
	case len(users) == 0:
		return nil, fail("users_list_not_supplied")
	case slices.ContainsFunc(users, func(id string) bool { return s.user(id) == nil }):
		return nil, fail("user_not_found")
	case len(users) == 1:
		if channel = s.channel(users[0]); channel == nil {
			return nil, fail("cannot_dm_bot")
		}
	default:
		channel = s.group(users)
	}
	if channel == nil {
		return nil, fail("channel_not_found")
	}
	if c.flag("return_im") {
		return Object{"channel": s.channelWire(channel)}, nil
	}
	return Object{"channel": Object{"id": channel.ID}}, nil
}

// group is the direct message of the app with several people.
func (s *Slack) group(users []string) *Channel {
	members := append(slices.Sorted(slices.Values(users)), botUser)
	for _, c := range s.channels {
		if c.Kind == "mpim" && slices.Equal(c.Members, members) {
			return c
		}
	}
	c := &Channel{ID: s.id("G"), Kind: "mpim", Members: members, created: s.now().Unix()}
	c.Name = "mpdm-" + strings.ToLower(c.ID)
	s.channels = append(s.channels, c)
	s.peopleChanged()
	return c
}

// readable returns the channel that a call names, when the app may read what is said there.
func (s *Slack) readable(c *call) (*Channel, error) {
	channel, err := s.known(c.str("channel"))
	switch {
	case err != nil:
		return nil, err
	case !channel.has(botUser):
		return nil, fail("not_in_channel")
	}
	return channel, s.mayReadDirect(channel)
}

// conversationsHistory lists a channel, the newest message first, without the replies of its threads.
func (s *Slack) conversationsHistory(c *call) (Object, error) {
	channel, err := s.readable(c)
	if err != nil {
		return nil, err
	}
	var found []*Message
	for _, m := range slices.Backward(s.messages[channel.ID]) {
		if (m.ThreadTS == "" || m.ThreadTS == m.TS || m.broadcast) && c.within(m.TS) {
			found = append(found, m)
		}
	}
	return s.listed(c, found)
}

// mayReadDirect refuses to list a direct message without its scope.
func (s *Slack) mayReadDirect(c *Channel) error {
	if c.Kind == "im" && !slices.Contains(s.opts.Scopes, "im:history") {
		return &apiError{code: "missing_scope", extra: Object{"needed": "im:history", "provided": strings.Join(s.opts.Scopes, ",")}}
	}
	return nil
}

// conversationsReplies lists a thread: the message that started it, then the replies in their order.
func (s *Slack) conversationsReplies(c *call) (Object, error) {
	channel, err := s.readable(c)
	if err != nil {
		return nil, err
	}
	parent := s.message(channel.ID, c.str("ts"))
	if parent == nil {
		return nil, fail("thread_not_found")
	}
	found := []*Message{parent}
	for _, m := range s.messages[channel.ID] {
		if m != parent && m.ThreadTS == parent.TS && c.within(m.TS) {
			found = append(found, m)
		}
	}
	return s.listed(c, found)
}

func (s *Slack) listed(c *call, found []*Message) (Object, error) {
	page, next, err := pageOf(c, found, 100)
	if err != nil {
		return nil, err
	}
	messages := []Object{}
	for _, m := range page {
		messages = append(messages, s.wire(m, c.flag("include_all_metadata")))
	}
	return Object{"messages": messages, "has_more": next != "", "pin_count": 0, "response_metadata": Object{"next_cursor": next}}, nil
}

// within says whether a ts lies between the call's oldest and latest.
func (c *call) within(ts string) bool {
	micros, inclusive := parseTS(ts), c.flag("inclusive")
	if oldest := c.str("oldest"); oldest != "" && oldest != "0" {
		if at := parseTS(oldest); micros < at || (micros == at && !inclusive) {
			return false
		}
	}
	if latest := c.str("latest"); latest != "" {
		if at := parseTS(latest); micros > at || (micros == at && !inclusive) {
			return false
		}
	}
	return true
}

// parseTS is a timestamp in microseconds.
func parseTS(ts string) int64 {
	seconds, fraction, _ := strings.Cut(ts, ".")
	whole, _ := strconv.ParseInt(seconds, 10, 64)
	micros, _ := strconv.ParseInt((fraction + "000000")[:6], 10, 64)
	return whole*1e6 + micros
}

// pageOf is the part of a list that a call asked for with limit and cursor, and the cursor of the next part.
func pageOf[T any](c *call, all []T, fallback int) ([]T, string, error) {
	limit := c.number("limit", fallback)
	if limit <= 0 {
		limit = fallback
	}
	limit = min(limit, 1000)
	from := 0
	if cursor := c.str("cursor"); cursor != "" {
		raw, err := base64.StdEncoding.DecodeString(cursor)
		at, ok := strings.CutPrefix(string(raw), "next:")
		if from, _ = strconv.Atoi(at); err != nil || !ok || from < 0 || from > len(all) {
			return nil, "", fail("invalid_cursor")
		}
	}
	to := min(from+limit, len(all))
	if to == len(all) {
		return all[from:to], "", nil
	}
	return all[from:to], base64.StdEncoding.EncodeToString([]byte("next:" + strconv.Itoa(to))), nil
}
