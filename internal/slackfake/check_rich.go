package slackfake

// richElement is one part of a rich_text block: a section, a list, a quote or preformatted text.
func richElement(c *checker, at string, v any) {
	inline := listOf(0, 1000, richInline)
	switch kind := str(object(v)["type"]); kind {
	case "rich_text_section":
		objectOf(shape{"elements!": inline})(c, at, v)
	case "rich_text_preformatted":
		objectOf(shape{"elements!": inline, "border": whole(0, 1), "language": chars(0, 50)})(c, at, v)
	case "rich_text_quote":
		objectOf(shape{"elements!": inline, "border": whole(0, 1)})(c, at, v)
	case "rich_text_list":
		objectOf(shape{
			"style!": oneOf("bullet", "ordered"), "elements!": listOf(0, 1000, richElement), "indent": whole(0, 8), "offset": whole(0, 100_000), "border": whole(0, 1),
		})(c, at, v)
	default:
		c.failf(at+"/type", "unsupported type: %s", kind)
	}
}

// richInline is a word or a mention inside a section.
func richInline(c *checker, at string, v any) {
	id := chars(1, 255)
	known := map[string]shape{
		"text":      {"text!": chars(1, 40_000)},
		"link":      {"url!": webURL(3000), "text": chars(0, 3000), "unsafe": boolean},
		"user":      {"user_id!": id},
		"channel":   {"channel_id!": id},
		"usergroup": {"usergroup_id!": id},
		"team":      {"team_id!": id},
		"emoji":     {"name!": id, "unicode": id, "skin_tone": whole(1, 6), "url": webURL(3000)},
		"date":      {"timestamp!": whole(0, 1<<40), "format!": chars(1, 500), "url": webURL(3000), "fallback": chars(0, 500)},
		"broadcast": {"range!": oneOf("here", "channel", "everyone")},
		"color":     {"value!": id},
	}[str(object(v)["type"])]
	if known == nil {
		c.failf(at+"/type", "unsupported type: %s", str(object(v)["type"]))
		return
	}
	known["style"] = objectOf(shape{
		"bold": boolean, "italic": boolean, "strike": boolean, "code": boolean, "underline": boolean, "highlight": boolean,
		"client_highlight": boolean, "unlink": boolean,
	})
	objectOf(known)(c, at, v)
}
