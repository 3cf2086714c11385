package slackfake

import (
	"strings"
	"time"
)

func (s *Slack) userWire(u *User, locale bool) Object {
	zone, err := time.LoadLocation(u.TZ)
	if err != nil {
		zone = s.zone
	}
	label, offset := s.now().In(zone).Zone()
	first, last, _ := strings.Cut(u.RealName, " ")
	profile := Object{
		"real_name": u.RealName, "real_name_normalized": u.RealName, "display_name": u.Name, "display_name_normalized": u.Name,
		"first_name": first, "last_name": last, "title": u.Title, "team": u.TeamID, "status_text": u.StatusText, "status_emoji": u.StatusEmoji, "status_expiration": 0, "fields": nil,
	}
	if !u.StatusUntil.IsZero() {
		profile["status_expiration"] = u.StatusUntil.Unix()
	}
	if u.IsBot {
		profile["bot_id"], profile["api_app_id"] = botID, appID
	} else if u.Email != "" && !u.IsStranger {
		profile["email"] = u.Email
	}
	out := Object{
		"id": u.ID, "team_id": u.TeamID, "name": u.Name, "deleted": u.Deleted, "color": u.Color, "real_name": u.RealName,
		"tz": u.TZ, "tz_label": label, "tz_offset": offset, "profile": profile,
		"is_admin": u.IsAdmin || u.Role == "manager", "is_owner": u.Role == "manager", "is_primary_owner": false,
		"is_restricted": u.Guest != "", "is_ultra_restricted": u.Guest == "single", "is_bot": u.IsBot, "is_app_user": false, "is_email_confirmed": true, "updated": s.channels[0].created,
	}
	s.ofEnterprise(u, out)
	if u.IsStranger {
		out["is_stranger"] = true
	}
	if locale {
		out["locale"] = u.Locale
	}
	return out
}

func (s *Slack) usersInfo(c *call) (Object, error) {
	u := s.user(c.str("user"))
	if u == nil {
		return nil, fail("user_not_found")
	}
	return Object{"user": s.userWire(u, c.flag("include_locale"))}, nil
}

func (s *Slack) usersList(c *call) (Object, error) {
	page, next, err := pageOf(c, s.users, 1000)
	if err != nil {
		return nil, err
	}
	members := []Object{}
	for _, u := range page {
		members = append(members, s.userWire(u, c.flag("include_locale")))
	}
	return Object{"members": members, "cache_ts": s.now().Unix(), "response_metadata": Object{"next_cursor": next}}, nil
}

func (s *Slack) usersLookupByEmail(c *call) (Object, error) {
	for _, u := range s.users {
		if strings.EqualFold(u.Email, c.str("email")) && !u.IsBot && !u.IsStranger {
			return Object{"user": s.userWire(u, false)}, nil
		}
	}
	return nil, fail("users_not_found")
}
