package slackfake

const everywhere = "message modal home"

// blockShape is what a block of this kind may say and where it may stand; nil for a kind that does not exist.
func blockShape(kind string) (known shape, surfaces string) {
	surfaces = everywhere
	switch kind {
	case "section":
		known = shape{
			"text": anyText(3000), "fields": listOf(1, 10, anyText(2000)), "accessory": elementOf(inAccessory), "expand": boolean,
		}
	case "header":
		known = shape{"text!": plainText(150), "level": whole(1, 4)}
	case "divider":
		known = shape{}
	case "context":
		known = shape{"elements!": listOf(1, 10, contextElement)}
	case "actions":
		known = shape{"elements!": listOf(1, 25, elementOf(inActions))}
	case "input":
		known = shape{
			"label!": plainText(2000), "element!": elementOf(inInput), "hint": plainText(2000), "optional": boolean, "dispatch_action": boolean,
		}
	case "image":
		known = imageFields()
		known["title"] = plainText(2000)
	case "rich_text":
		known = shape{"elements!": listOf(0, 1000, richElement)}
	case "markdown":
		known, surfaces = shape{"text!": markdownText}, "message"
	case "context_actions":
		known, surfaces = shape{"elements!": listOf(1, 5, elementOf(inContextActions))}, "message"
	case "table":
		known, surfaces = tableShape(), "message"
	case "data_table":
		known, surfaces = dataTableShape(), "message home"
	case "data_visualization":
		known, surfaces = shape{"title!": chars(1, 50), "chart!": chart}, "message home"
	case "card":
		known = cardShape()
	case "carousel":
		known = shape{"elements!": listOf(1, 10, cardOf)}
	case "alert":
		known, surfaces = shape{"text!": anyText(200), "level": oneOf("default", "info", "warning", "error", "success")}, "modal"
	case "video":
		known = videoShape()
	case "file":
		known, surfaces = shape{"external_id!": chars(1, 255), "source!": oneOf("remote")}, "message"
	default:
		return nil, ""
	}
	known["block_id"] = blockID
	return known, surfaces
}

func contextElement(c *checker, at string, v any) {
	if str(object(v)["type"]) == "image" {
		imageElement()(c, at, v)
		return
	}
	anyText(2000)(c, at, v)
}

func markdownText(c *checker, at string, v any) {
	chars(1, 12_000)(c, at, v)
	c.markdown += len([]rune(str(v)))
}

func cardShape() shape {
	return shape{
		"hero_image": imageElement(), "icon": imageElement(), "slack_icon": objectOf(shape{"type!": oneOf("icon"), "name!": chars(1, 100)}),
		"title": anyText(150), "subtitle": anyText(150), "body": anyText(200), "subtext": anyText(200),
		"actions": listOf(1, 3, elementOf([]string{"button"})),
	}
}

// cardOf is a card inside a carousel.
func cardOf(c *checker, at string, v any) {
	card, ok := v.(Object)
	if !ok || str(card["type"]) != "card" {
		c.failf(at+"/type", "unsupported type: %s", str(object(v)["type"]))
		return
	}
	known := cardShape()
	known["block_id"] = blockID
	c.checkObject(at, card, known)
	c.checkTogether(at, "card", card)
}

func videoShape() shape {
	return shape{
		"alt_text!": chars(1, 2000), "title!": plainText(200), "video_url!": webURL(3000), "thumbnail_url!": webURL(3000), "title_url": webURL(3000),
		"author_name": chars(1, 50), "provider_name": chars(1, 50), "provider_icon_url": webURL(3000), "description": plainText(200),
	}
}

// checkTogether looks at what several fields of a block say together.
func (c *checker) checkTogether(at, kind string, b Object) {
	switch kind {
	case "section":
		if b["text"] == nil && len(list(b["fields"])) == 0 {
			c.failf(at, "missing required field: text")
		}
	case "image":
		oneImage(c, at, b)
	case "card":
		if b["icon"] != nil && b["slack_icon"] != nil {
			c.failf(at, "must not have both icon and slack_icon")
		}
		if b["hero_image"] == nil && b["title"] == nil && b["body"] == nil && b["actions"] == nil {
			c.failf(at, "must have at least one of hero_image, title, body, actions")
		}
	case "table":
		c.checkTable(at, b)
	case "data_table":
		c.checkDataTable(at, b)
	}
}
