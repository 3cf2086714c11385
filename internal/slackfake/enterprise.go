package slackfake

// What is different in a workspace of Enterprise Grid when the app is installed in the organisation as a whole: one token for all
// its workspaces, which must be told of which one a list is wanted; payloads that name the organisation, and in part only that; people
// who belong to the organisation, and through it to workspaces.

// enterprise is the organisation's id on the wire; null outside.
func (s *Slack) enterprise() any {
	if s.opts.Enterprise == "" {
		return nil
	}
	return s.opts.Enterprise
}

// enterpriseObject is the organisation on the wire; null outside.
func (s *Slack) enterpriseObject() any {
	if s.opts.Enterprise == "" {
		return nil
	}
	return Object{"id": s.opts.Enterprise, "name": "Norte Group"}
}

// whole tells whether the app is installed in an organisation as a whole.
func (s *Slack) whole() bool { return s.opts.Enterprise != "" }

// authorization is the installation by which the app hears of an event; of an organisation's it names no workspace.
func (s *Slack) authorization() Object {
	a := Object{"enterprise_id": s.enterprise(), "team_id": s.opts.TeamID, "user_id": botUser, "is_bot": true, "is_enterprise_install": s.whole()}
	if s.whole() {
		a["team_id"] = nil
	}
	return a
}

// ofEnterprise shows a person of the workspace as one of its organisation.
func (s *Slack) ofEnterprise(u *User, out Object) {
	if !s.whole() || u.TeamID != s.opts.TeamID {
		return
	}
	out["team_id"] = s.opts.Enterprise
	out["enterprise_user"] = Object{"id": u.ID, "enterprise_id": s.opts.Enterprise, "enterprise_name": "Norte Group", "is_admin": false, "is_owner": false, "teams": []string{s.opts.TeamID}}
}

// ofTeam is a method that lists what a workspace has.
func ofTeam(list func(*Slack, *call) (Object, error)) func(*Slack, *call) (Object, error) {
	return func(s *Slack, c *call) (Object, error) {
		switch team := c.str("team_id"); {
		case s.whole() && team == "":
			return nil, fail("missing_argument")
		case team != "" && team != s.opts.TeamID:
			return nil, fail("team_not_found")
		}
		return list(s, c)
	}
}
