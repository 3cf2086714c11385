package slackfake

import (
	"slices"
	"strconv"
)

// Which elements may stand where.
var (
	menus      = []string{"static_select", "external_select", "users_select", "conversations_select", "channels_select"}
	multiMenus = []string{"multi_static_select", "multi_external_select", "multi_users_select", "multi_conversations_select", "multi_channels_select"}
	pickers    = []string{"datepicker", "timepicker"}
	choices    = []string{"radio_buttons", "checkboxes"}
	textInputs = []string{"plain_text_input", "email_text_input", "url_text_input", "number_input", "rich_text_input", "file_input"}

	inActions        = slices.Concat(menus, pickers, choices, []string{"button", "overflow", "datetimepicker", "workflow_button"})
	inAccessory      = slices.Concat(menus, multiMenus, pickers, choices, []string{"button", "overflow", "image", "workflow_button"})
	inInput          = slices.Concat(menus, multiMenus, pickers, choices, textInputs, []string{"datetimepicker"})
	inContextActions = []string{"feedback_buttons", "icon_button"}
)

// elementOf is one element of the kinds that may stand here.
func elementOf(allowed []string) rule {
	return func(c *checker, at string, v any) {
		e, ok := v.(Object)
		if !ok {
			c.failf(at, "must be an object")
			return
		}
		kind := str(e["type"])
		if !slices.Contains(allowed, kind) {
			c.failf(at+"/type", "unsupported type: %s", kind)
			return
		}
		if kind == "image" {
			imageElement()(c, at, v)
			return
		}
		known := elementShape(kind)
		known["action_id"] = actionID
		c.checkObject(at, e, known)
		c.checkElement(at, kind, e)
	}
}

// elementShape is what an interactive element may say, besides its action_id.
func elementShape(kind string) shape {
	placeholder, confirm := plainText(150), confirmObject()
	switch kind {
	case "button":
		return shape{
			"text!": plainText(75), "url": webURL(3000), "value": chars(0, 2000), "style": oneOf("primary", "danger"), "confirm": confirm,
			"accessibility_label": chars(1, 75),
		}
	case "workflow_button":
		return shape{"text!": plainText(75), "workflow!": objectOf(shape{"trigger!": anything}), "style": oneOf("primary", "danger"), "accessibility_label": chars(1, 75)}
	case "icon_button":
		return shape{
			"icon!": oneOf("trash"), "text!": plainText(75), "value": chars(0, 2000), "confirm": confirm, "accessibility_label": chars(1, 75),
			"visible_to_user_ids": listOf(0, 100, chars(1, 255)),
		}
	case "feedback_buttons":
		one := objectOf(shape{"text!": plainText(75), "value!": chars(1, 2000), "accessibility_label": chars(1, 75)})
		return shape{"positive_button!": one, "negative_button!": one}
	case "overflow":
		return shape{"options!": listOf(1, 5, optionObject(kind)), "confirm": confirm}
	case "radio_buttons":
		return shape{"options!": listOf(1, 10, optionObject(kind)), "initial_option": optionObject(kind), "confirm": confirm, "focus_on_load": boolean}
	case "checkboxes":
		option := optionObject(kind)
		return shape{"options!": listOf(1, 10, option), "initial_options": listOf(1, 10, option), "confirm": confirm, "focus_on_load": boolean}
	case "datepicker":
		return shape{"initial_date": dateText, "placeholder": placeholder, "confirm": confirm, "focus_on_load": boolean}
	case "timepicker":
		return shape{"initial_time": timeText, "placeholder": placeholder, "timezone": chars(1, 100), "confirm": confirm, "focus_on_load": boolean}
	case "datetimepicker":
		return shape{"initial_date_time": whole(1e9, 9999999999), "confirm": confirm, "focus_on_load": boolean}
	}
	if slices.Contains(textInputs, kind) {
		return inputShape(kind)
	}
	return menuShape(kind)
}

func inputShape(kind string) shape {
	out := shape{"placeholder": plainText(150), "dispatch_action_config": dispatchConfig(), "focus_on_load": boolean}
	switch kind {
	case "plain_text_input":
		out["initial_value"], out["multiline"] = chars(0, 3000), boolean
		out["min_length"], out["max_length"] = whole(0, 3000), whole(1, 3000)
	case "email_text_input", "url_text_input":
		out["initial_value"] = chars(0, 3000)
	case "number_input":
		number := chars(1, 100)
		out["is_decimal_allowed!"], out["initial_value"], out["min_value"], out["max_value"] = boolean, number, number, number
	case "rich_text_input":
		out["initial_value"] = anything
	case "file_input":
		return shape{"filetypes": listOf(1, 50, chars(1, 50)), "max_files": whole(1, 10)}
	}
	return out
}

func menuShape(kind string) shape {
	out := shape{"placeholder": plainText(150), "confirm": confirmObject(), "focus_on_load": boolean}
	option, id := optionObject(kind), chars(1, 255)
	some := listOf(1, 100, id)
	conversations := func() {
		out["default_to_current_conversation"], out["filter"] = boolean, conversationFilter()
	}
	switch kind {
	case "static_select", "multi_static_select":
		out["options"], out["option_groups"] = listOf(1, 100, option), listOf(1, 100, optionGroup(kind))
	case "external_select", "multi_external_select":
		out["min_query_length"] = whole(0, 100)
	case "users_select":
		out["initial_user"] = id
	case "conversations_select":
		conversations()
		out["initial_conversation"], out["response_url_enabled"] = id, boolean
	case "channels_select":
		out["initial_channel"], out["response_url_enabled"] = id, boolean
	case "multi_users_select":
		out["initial_users"] = some
	case "multi_conversations_select":
		conversations()
		out["initial_conversations"] = some
	case "multi_channels_select":
		out["initial_channels"] = some
	}
	switch kind {
	case "static_select", "external_select":
		out["initial_option"] = option
	case "multi_static_select", "multi_external_select":
		out["initial_options"] = listOf(1, 100, option)
	}
	if slices.Contains(multiMenus, kind) {
		out["max_selected_items"] = whole(1, 100)
	}
	return out
}

// checkElement looks at what several fields of an element say together.
func (c *checker) checkElement(at, kind string, e Object) {
	switch kind {
	case "static_select", "multi_static_select":
		if (e["options"] == nil) == (e["option_groups"] == nil) {
			c.failf(at, "must have either options or option_groups")
		}
	case "plain_text_input":
		least, most := number(e["min_length"], 0), number(e["max_length"], 3000)
		if least > most {
			c.failf(at+"/min_length", "must not be more than max_length")
		}
		if n := len([]rune(str(e["initial_value"]))); n > most {
			c.failf(at+"/initial_value", "must be less than %d characters", most+1)
		}
	}
	known := element{kind: kind, fields: e}
	initial := objects(e["initial_options"])
	if o := object(e["initial_option"]); o != nil {
		initial = append(initial, o)
	}
	for i, o := range initial {
		if offered := known.option(str(o["value"])); kind != "external_select" && kind != "multi_external_select" && (offered == nil || text(offered["text"]) != text(o["text"])) {
			c.failf(at+"/initial_option", "must exactly match one of the options (item %d)", i)
		}
	}
	seen := map[string]bool{}
	for i, o := range known.options() {
		if v := str(o["value"]); v != "" && seen[v] && kind != "overflow" {
			c.failf(at+"/options/"+strconv.Itoa(i), "option values must be unique: %s", v)
		} else {
			seen[v] = true
		}
	}
}

func dateText(c *checker, at string, v any) { c.likeDigits(at, v, "0000-00-00", "YYYY-MM-DD") }

func timeText(c *checker, at string, v any) { c.likeDigits(at, v, "00:00", "HH:mm") }

// likeDigits wants a string with digits where the pattern has zeros.
func (c *checker) likeDigits(at string, v any, pattern, name string) {
	s := str(v)
	ok := len(s) == len(pattern)
	for i := 0; ok && i < len(s); i++ {
		if pattern[i] == '0' {
			ok = s[i] >= '0' && s[i] <= '9'
		} else {
			ok = s[i] == pattern[i]
		}
	}
	if !ok {
		c.failf(at, "must be formatted as %s", name)
	}
}
