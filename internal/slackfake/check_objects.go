package slackfake

// The composition objects of Block Kit: text, confirm, option, and what hangs on them.

var (
	blockID  = chars(0, 255)
	actionID = chars(1, 255)
)

func plainText(most int) rule { return textObject(most, "plain_text") }

func anyText(most int) rule { return textObject(most, "plain_text", "mrkdwn") }

func textObject(most int, kinds ...string) rule {
	return func(c *checker, at string, v any) {
		o, ok := v.(Object)
		if !ok {
			c.failf(at, "must be an object")
			return
		}
		known := shape{"type!": oneOf(kinds...), "text!": chars(1, most)}
		if str(o["type"]) == "mrkdwn" {
			known["verbatim"] = boolean
		} else {
			known["emoji"] = boolean
		}
		c.checkObject(at, o, known)
	}
}

func confirmObject() rule {
	return objectOf(shape{
		"title!": plainText(100), "text!": anyText(300), "confirm!": plainText(30), "deny!": plainText(30), "style": oneOf("primary", "danger"),
	})
}

// optionObject is one option of a menu; its text may be mrkdwn in radio buttons and checkboxes, and a link in an
// overflow.
func optionObject(kind string) rule {
	known := shape{"text!": plainText(75), "value!": chars(1, 150), "description": plainText(75)}
	switch kind {
	case "radio_buttons", "checkboxes":
		known["text!"], known["description"] = anyText(75), anyText(75)
	case "overflow":
		known["url"] = webURL(3000)
		known["value!"] = chars(0, 150)
	}
	return objectOf(known)
}

func optionGroup(kind string) rule {
	return objectOf(shape{"label!": plainText(75), "options!": listOf(1, 100, optionObject(kind))})
}

func dispatchConfig() rule {
	return objectOf(shape{"trigger_actions_on": listOf(1, 2, oneOf("on_enter_pressed", "on_character_entered"))})
}

func conversationFilter() rule {
	return objectOf(shape{
		"include": listOf(1, 4, oneOf("im", "mpim", "private", "public")), "exclude_external_shared_channels": boolean, "exclude_bot_users": boolean,
	})
}

func slackFile() rule {
	return func(c *checker, at string, v any) {
		objectOf(shape{"id": chars(1, 255), "url": webURL(3000)})(c, at, v)
		if o := object(v); o != nil && (str(o["id"]) == "") == (str(o["url"]) == "") {
			c.failf(at, "must have either an id or a url")
		}
	}
}

// imageFields are the fields that an image block and an image element share.
func imageFields() shape {
	return shape{"alt_text!": chars(1, 2000), "image_url": webURL(3000), "slack_file": slackFile()}
}

func oneImage(c *checker, at string, v any) {
	if o := object(v); o != nil && (o["image_url"] == nil) == (o["slack_file"] == nil) {
		c.failf(at, "must have either an image_url or a slack_file")
	}
}

func imageElement() rule { return all(objectOf(imageFields()), oneImage) }
