package slackfake

import "maps"

// withIDs gives every block a block_id and every interactive element an action_id, as Slack does with those that came
// without. What was sent stays as it was.
func (s *Slack) withIDs(blocks []Object) []Object {
	out := make([]Object, len(blocks))
	for i, b := range blocks {
		b = maps.Clone(b)
		if str(b["block_id"]) == "" {
			b["block_id"] = s.shortID()
		}
		switch str(b["type"]) {
		case "section":
			s.nameIn(b, "accessory")
		case "input":
			s.nameIn(b, "element")
		case "actions", "context_actions":
			s.nameAll(b, "elements")
		case "card":
			s.nameAll(b, "actions")
		}
		out[i] = b
	}
	return out
}

func (s *Slack) nameIn(b Object, field string) {
	if e := object(b[field]); e != nil {
		b[field] = s.named(e)
	}
}

func (s *Slack) nameAll(b Object, field string) {
	elements := objects(b[field])
	out := make([]any, len(elements))
	for i, e := range elements {
		out[i] = s.named(e)
	}
	b[field] = out
}

func (s *Slack) named(e Object) Object {
	if str(e["type"]) == "image" || str(e["action_id"]) != "" {
		return e
	}
	e = maps.Clone(e)
	e["action_id"] = s.shortID()
	return e
}

func (s *Slack) shortID() string { return s.id("")[3:] }
