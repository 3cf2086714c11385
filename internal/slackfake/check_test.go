package slackfake

import (
	"fmt"
	"strings"
	"testing"
)

// Small makers of payloads.
func txt(n int) string     { return strings.Repeat("é", n) } // two bytes a character: limits count characters
func plainOf(n int) Object { return Object{"type": "plain_text", "text": txt(n)} }
func mrk(n int) Object     { return Object{"type": "mrkdwn", "text": txt(n)} }
func block(kind string, fields Object) []any {
	b := Object{"type": kind}
	for k, v := range fields {
		b[k] = v
	}
	return []any{b}
}
func many(n int, each func(i int) any) []any {
	out := []any{}
	for i := range n {
		out = append(out, each(i))
	}
	return out
}
func with(o Object, field string, v any) Object {
	out := Object{}
	for k, old := range o {
		out[k] = old
	}
	out[field] = v
	return out
}
func buttonOf(i int) Object {
	return Object{"type": "button", "text": plainOf(1), "action_id": fmt.Sprint("a", i), "value": "v"}
}
func optionOf(i int) Object               { return Object{"text": plainOf(1), "value": fmt.Sprint("v", i)} }
func actions(e ...any) []any              { return block("actions", Object{"elements": e}) }
func oneAction(field string, v any) []any { return actions(with(buttonOf(0), field, v)) }
func inputOf(e Object) []any {
	return block("input", Object{"label": plainOf(1), "element": e})
}
func textInput(field string, v any) []any {
	return inputOf(Object{"type": "plain_text_input", "action_id": "a", field: v})
}
func menuOf(kind, field string, v any) []any {
	return actions(with(Object{"type": kind, "action_id": "a"}, field, v))
}
func optionsOf(n int) []any { return many(n, func(i int) any { return optionOf(i) }) }
func confirmOf(field string, n int) []any {
	confirm := Object{"title": plainOf(1), "text": plainOf(1), "confirm": plainOf(1), "deny": plainOf(1)}
	return oneAction("confirm", with(confirm, field, plainOf(n)))
}
func cell(s string) Object { return Object{"type": "raw_text", "text": s} }
func rowsOf(rows, cells int) []any {
	return many(rows, func(int) any { return many(cells, func(int) any { return cell("x") }) })
}
func dataTable(rows []any) []any { return block("data_table", Object{"caption": "c", "rows": rows}) }
func pieOf(n int) []any {
	return chartOf("t", Object{"type": "pie", "segments": many(n, func(i int) any { return Object{"label": fmt.Sprint(i), "value": 1} })})
}
func chartOf(title string, chart Object) []any {
	return block("data_visualization", Object{"title": title, "chart": chart})
}
func barsOf(series, points int, name, label, axis string) []any {
	category := func(i int) any { return fmt.Sprint(label, i) }
	return chartOf("t", Object{
		"type": "bar",
		"series": many(series, func(i int) any {
			return Object{"name": fmt.Sprint(name, i), "data": many(points, func(j int) any { return Object{"label": category(j), "value": -1} })}
		}),
		"axis_config": Object{"categories": many(points, category), "x_label": axis, "y_label": axis},
	})
}
func cardOfText(field string, n int) []any {
	return block("card", Object{"title": plainOf(1), field: plainOf(n)})
}

// TestLimits has every limit of Slack's: at the limit a payload is taken, one over it is refused.
func TestLimits(t *testing.T) {
	message, modal, home := "message", "modal", "home"
	for _, test := range []struct {
		name    string
		surface string
		limit   int
		make    func(n int) []any
	}{
		{"blocks of a message", message, 50, func(n int) []any { return many(n, func(int) any { return Object{"type": "divider"} }) }},
		{"blocks of a modal", modal, 100, func(n int) []any { return many(n, func(int) any { return Object{"type": "divider"} }) }},
		{"blocks of a Home", home, 100, func(n int) []any { return many(n, func(int) any { return Object{"type": "divider"} }) }},
		{"block_id", message, 255, func(n int) []any { return block("divider", Object{"block_id": txt(n)}) }},
		{"action_id", message, 255, func(n int) []any { return oneAction("action_id", txt(n)) }},
		{"header", message, 150, func(n int) []any { return block("header", Object{"text": plainOf(n)}) }},
		{"section text", message, 3000, func(n int) []any { return block("section", Object{"text": mrk(n)}) }},
		{"section fields", message, 10, func(n int) []any { return block("section", Object{"fields": many(n, func(int) any { return mrk(1) })}) }},
		{"section field", message, 2000, func(n int) []any { return block("section", Object{"fields": []any{mrk(n)}}) }},
		{"context elements", message, 10, func(n int) []any {
			return block("context", Object{"elements": many(n, func(int) any { return mrk(1) })})
		}},
		{"actions elements", message, 25, func(n int) []any { return actions(many(n, func(i int) any { return buttonOf(i) })...) }},
		{"context_actions elements", message, 5, func(n int) []any {
			return block("context_actions", Object{"elements": many(n, func(i int) any {
				return Object{"type": "icon_button", "icon": "trash", "text": plainOf(1), "action_id": fmt.Sprint(i)}
			})})
		}},
		{"button text", message, 75, func(n int) []any { return oneAction("text", plainOf(n)) }},
		{"button value", message, 2000, func(n int) []any { return oneAction("value", txt(n)) }},
		{"button url", message, 3000, func(n int) []any { return oneAction("url", "https://"+strings.Repeat("x", n-8)) }},
		{"accessibility_label", message, 75, func(n int) []any { return oneAction("accessibility_label", txt(n)) }},
		{"confirm title", message, 100, func(n int) []any { return confirmOf("title", n) }},
		{"confirm text", message, 300, func(n int) []any { return confirmOf("text", n) }},
		{"confirm yes", message, 30, func(n int) []any { return confirmOf("confirm", n) }},
		{"confirm no", message, 30, func(n int) []any { return confirmOf("deny", n) }},
		{"option text", message, 75, func(n int) []any {
			return menuOf("static_select", "options", []any{with(optionOf(0), "text", plainOf(n))})
		}},
		{"option value", message, 150, func(n int) []any {
			return menuOf("static_select", "options", []any{with(optionOf(0), "value", txt(n))})
		}},
		{"option description", message, 75, func(n int) []any {
			return menuOf("static_select", "options", []any{with(optionOf(0), "description", plainOf(n))})
		}},
		{"select options", message, 100, func(n int) []any { return menuOf("static_select", "options", optionsOf(n)) }},
		{"select groups", message, 100, func(n int) []any {
			return menuOf("static_select", "option_groups", many(n, func(i int) any { return Object{"label": plainOf(1), "options": []any{optionOf(i)}} }))
		}},
		{"overflow options", message, 5, func(n int) []any { return menuOf("overflow", "options", optionsOf(n)) }},
		{"radio options", message, 10, func(n int) []any { return menuOf("radio_buttons", "options", optionsOf(n)) }},
		{"checkboxes options", message, 10, func(n int) []any { return menuOf("checkboxes", "options", optionsOf(n)) }},
		{"placeholder", message, 150, func(n int) []any { return menuOf("users_select", "placeholder", plainOf(n)) }},
		{"input label", modal, 2000, func(n int) []any {
			return block("input", Object{"label": plainOf(n), "element": Object{"type": "plain_text_input", "action_id": "a"}})
		}},
		{"input hint", modal, 2000, func(n int) []any {
			return block("input", Object{"label": plainOf(1), "hint": plainOf(n), "element": Object{"type": "plain_text_input", "action_id": "a"}})
		}},
		{"max_length", modal, 3000, func(n int) []any { return textInput("max_length", n) }},
		{"min_length", modal, 3000, func(n int) []any { return textInput("min_length", n) }},
		{"initial_value", modal, 3000, func(n int) []any { return textInput("initial_value", txt(n)) }},
		{"markdown", message, 12_000, func(n int) []any { return block("markdown", Object{"text": txt(n)}) }},
		{"markdown together", message, 12_000, func(n int) []any {
			return append(block("markdown", Object{"text": txt(6000)}), block("markdown", Object{"text": txt(n - 6000)})...)
		}},
		{"tables", message, 1, func(n int) []any {
			return many(n, func(int) any { return block("table", Object{"rows": rowsOf(1, 1)})[0] })
		}},
		{"table rows", message, 100, func(n int) []any { return block("table", Object{"rows": rowsOf(n, 1)}) }},
		{"table cells", message, 20, func(n int) []any { return block("table", Object{"rows": rowsOf(1, n)}) }},
		{"table characters", message, 10_000, func(n int) []any {
			return block("table", Object{"rows": []any{[]any{cell(txt(5000)), cell(txt(n - 5000))}}})
		}},
		{"data_table rows with header", message, 201, func(n int) []any { return dataTable(rowsOf(n, 1)) }},
		{"data_table columns", home, 20, func(n int) []any { return dataTable(rowsOf(2, n)) }},
		{"data_table characters", message, 20_000, func(n int) []any {
			return dataTable([]any{[]any{cell("head"), cell("s")}, []any{cell(txt(9995)), cell(txt(n - 10_000))}})
		}},
		{"charts", message, 2, func(n int) []any { return many(n, func(int) any { return pieOf(1)[0] }) }},
		{"chart title", message, 50, func(n int) []any { return chartOf(txt(n), pieOf(1)[0].(Object)["chart"].(Object)) }},
		{"slices", message, 12, pieOf},
		{"series", home, 12, func(n int) []any { return barsOf(n, 1, "s", "p", "x") }},
		{"points", message, 20, func(n int) []any { return barsOf(1, n, "s", "p", "x") }},
		{"series name", message, 20, func(n int) []any { return barsOf(1, 1, txt(n-1), "p", "x") }},
		{"point label", message, 20, func(n int) []any { return barsOf(1, 1, "s", txt(n-1), "x") }},
		{"axis label", message, 50, func(n int) []any { return barsOf(1, 1, "s", "p", txt(n)) }},
		{"card title", message, 150, func(n int) []any { return cardOfText("title", n) }},
		{"card body", message, 200, func(n int) []any { return cardOfText("body", n) }},
		{"card actions", message, 3, func(n int) []any {
			return block("card", Object{"actions": many(n, func(i int) any { return buttonOf(i) })})
		}},
		{"carousel", message, 10, func(n int) []any {
			return block("carousel", Object{"elements": many(n, func(int) any { return Object{"type": "card", "title": plainOf(1)} })})
		}},
		{"alert", modal, 200, func(n int) []any { return block("alert", Object{"text": plainOf(n)}) }},
		{"image alt", message, 2000, func(n int) []any {
			return block("image", Object{"image_url": "https://x.example/a.png", "alt_text": txt(n)})
		}},
		{"rich list indent", message, 8, func(n int) []any {
			return block("rich_text", Object{"elements": []any{Object{"type": "rich_text_list", "style": "bullet", "indent": n, "elements": []any{}}}})
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := checked(t, test.surface, test.make(test.limit)); len(got) > 0 {
				t.Errorf("at %d: %v, want it taken", test.limit, got)
			}
			if got := checked(t, test.surface, test.make(test.limit+1)); len(got) == 0 {
				t.Errorf("at %d: taken, want it refused", test.limit+1)
			}
		})
	}
}

// checked are the complaints about blocks on a surface.
func checked(t *testing.T, surface string, blocks []any) []string {
	t.Helper()
	wire := normal(t, blocks)
	if surface == "message" {
		return checkMessage(wire)
	}
	view := Object{"type": surface, "blocks": wire}
	if surface == "modal" {
		view["title"], view["submit"] = plainOf(1), plainOf(1)
	}
	return checkView(view, surface)
}
