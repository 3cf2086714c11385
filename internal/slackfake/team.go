package slackfake

func (s *Slack) apiTest(c *call) (Object, error) {
	if code := c.str("error"); code != "" {
		return nil, fail(code)
	}
	return Object{"args": c.args}, nil
}

func (s *Slack) authTest(*call) (Object, error) {
	return Object{
		"url": s.url + "/", "team": s.opts.TeamName, "user": s.user(botUser).Name,
		"team_id": s.opts.TeamID, "user_id": botUser, "bot_id": botID, "enterprise_id": s.enterprise(), "is_enterprise_install": s.whole(),
	}, nil
}

func (s *Slack) teamInfo(*call) (Object, error) {
	return Object{"team": Object{
		"id": s.opts.TeamID, "name": s.opts.TeamName, "domain": teamDomain, "email_domain": teamDomain + ".example", "icon": Object{"image_default": true},
	}}, nil
}

func (s *Slack) botsInfo(c *call) (Object, error) {
	if id := c.str("bot"); id != "" && id != botID {
		return nil, fail("bot_not_found")
	}
	return Object{"bot": Object{
		"id": botID, "deleted": false, "name": s.opts.AppName, "updated": s.channels[0].created, "app_id": appID, "user_id": botUser, "icons": Object{},
	}}, nil
}
