package bot_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
)

// checkPayloads holds every payload that a test sent against what must be true of all of them: Slack takes it,
// words from outside stand only where they are shown as typed, and its text mentions nobody but people and user groups.
func (w *world) checkPayloads() {
	for _, p := range w.fake.Problems() {
		w.t.Errorf("Slack refused a payload: %s", p)
	}
	for _, s := range w.fake.Sent() {
		if bad := marked.FindString(mentions.ReplaceAllString(s.Text, "")); bad != "" {
			w.t.Errorf("%s: the text has markup, %q:\n%s", s.Method, bad, s.Text)
		}
		var payload any
		if len(s.Payload) > 0 {
			if err := json.Unmarshal(s.Payload, &payload); err != nil {
				w.t.Errorf("%s: %v", s.Method, err)
			}
		}
		for _, bad := range w.unsafeMarkup(payload) {
			w.t.Errorf("%s: %s", s.Method, bad)
		}
	}
}

var (
	memberID = regexp.MustCompile(`^[UW][A-Z0-9]+$`)
	groupID  = regexp.MustCompile(`^S[A-Z0-9]+$`)
	mentions = regexp.MustCompile(`<(?:@[UW]|!subteam\^S)[A-Z0-9]+>|<#[CG][A-Z0-9]+>`)
	channels = regexp.MustCompile(`^[CG][A-Z0-9]+$`)
	marked   = regexp.MustCompile(`[<>]|&(?:[^alg]|a[^m]|[lg][^t])`)

	// ownMarkup is the one mrkdwn text that the bot writes: a card's number, due time and owner.
	ownMarkup = regexp.MustCompile(`^\*#\d+\*  ·  [\p{L} ]+<!date\^\d+\^\{date_short_pretty\} \{time\}\|[\p{L}\d :]+>(?:  ·  [\p{L} ]+<@[UW][A-Z0-9]+>)?$`)
)

// unsafeMarkup lists what in a payload Slack would read as markup, mention, link or picture and what is not the
// bot's own.
func (w *world) unsafeMarkup(v any) (bad []string) {
	switch v := v.(type) {
	case []any:
		for _, item := range v {
			bad = append(bad, w.unsafeMarkup(item)...)
		}
	case map[string]any:
		switch v["type"] {
		case "mrkdwn":
			if s, _ := v["text"].(string); !ownMarkup.MatchString(s) {
				bad = append(bad, fmt.Sprintf("mrkdwn that is not the bot's own: %q", s))
			}
		case "plain_text":
			if v["emoji"] != false {
				bad = append(bad, fmt.Sprintf("plain text whose emoji are drawn: %q", v["text"]))
			}
		case "link":
			if s, _ := v["url"].(string); !strings.HasPrefix(s, w.fake.URL()+"/archives/") {
				bad = append(bad, fmt.Sprintf("a link that leads out: %q", s))
			}
		case "user":
			if s, _ := v["user_id"].(string); !memberID.MatchString(s) {
				bad = append(bad, fmt.Sprintf("a mention of nobody: %q", s))
			}
		case "usergroup":
			if s, _ := v["usergroup_id"].(string); !groupID.MatchString(s) {
				bad = append(bad, fmt.Sprintf("a mention of no group: %q", s))
			}
		case "channel":
			if s, _ := v["channel_id"].(string); !channels.MatchString(s) {
				bad = append(bad, fmt.Sprintf("no channel: %q", s))
			}
		case "image": // the bot's own, which it uploaded
			if v["image_url"] != nil || v["slack_file"] == nil {
				bad = append(bad, fmt.Sprintf("a picture from elsewhere: %v", v))
			}
		case "markdown", "broadcast", "video", "emoji":
			bad = append(bad, fmt.Sprintf("a %v: %v", v["type"], v))
		}
		for _, item := range v {
			bad = append(bad, w.unsafeMarkup(item)...)
		}
	}
	return bad
}
