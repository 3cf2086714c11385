package slackfake

import (
	"fmt"
	"net/mail"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"
)

// checkInputs are the checks that Slack's own client makes before it asks the app, by block_id.
func checkInputs(v *View) map[string]string {
	wrong := map[string]string{}
	state := v.state()
	for _, e := range elements(v.Blocks) {
		if e.input == nil {
			continue
		}
		value := state[e.block][e.action]
		switch optional := e.input["optional"] == true; {
		case !e.filled(value) && !optional:
			wrong[e.block] = "Please complete this required field."
		case e.filled(value):
			if problem := e.checkValue(value); problem != "" {
				wrong[e.block] = problem
			}
		}
	}
	return wrong
}

func (e element) checkValue(state Object) string {
	value := str(state["value"])
	switch e.kind {
	case "plain_text_input":
		length := utf8.RuneCountInString(value)
		if least := number(e.fields["min_length"], 0); length < least {
			return fmt.Sprintf("Please enter at least %d characters.", least)
		}
		if most := number(e.fields["max_length"], 3000); length > most {
			return fmt.Sprintf("Please enter at most %d characters.", most)
		}
	case "email_text_input":
		if a, err := mail.ParseAddress(value); err != nil || a.Address != value {
			return "Please enter a valid email address."
		}
	case "url_text_input":
		if u, err := url.Parse(value); err != nil || u.Host == "" || !strings.HasPrefix(u.Scheme, "http") {
			return "Please enter a valid URL."
		}
	case "number_input":
		return e.checkNumber(value)
	case "checkboxes", "multi_static_select", "multi_users_select":
		name, _ := e.field()
		if most := number(e.fields["max_selected_items"], 1000); len(list(state[name])) > most {
			return fmt.Sprintf("Please select at most %d items.", most)
		}
	}
	return ""
}

func (e element) checkNumber(value string) string {
	n, err := strconv.ParseFloat(value, 64)
	if err != nil || (e.fields["is_decimal_allowed"] != true && strings.ContainsAny(value, ".,eE")) {
		return "Please enter a valid number."
	}
	if least, err := strconv.ParseFloat(str(e.fields["min_value"]), 64); err == nil && n < least {
		return "Please enter a number of at least " + str(e.fields["min_value"]) + "."
	}
	if most, err := strconv.ParseFloat(str(e.fields["max_value"]), 64); err == nil && n > most {
		return "Please enter a number of at most " + str(e.fields["max_value"]) + "."
	}
	return ""
}

func number(v any, fallback int) int {
	n, err := strconv.Atoi(str(v))
	if err != nil {
		return fallback
	}
	return n
}
