package slackfake

// checkView returns what is wrong with a view of this kind (modal or home).
func checkView(view any, kind string) []string {
	c := &checker{surface: kind, blocks: map[string]bool{}, counts: map[string]int{}}
	v, ok := view.(Object)
	if !ok {
		return []string{"must be an object [json-pointer:/view]"}
	}
	if str(v["type"]) != kind {
		c.failf("/view/type", "must be one of: %s", kind)
		return c.messages
	}
	known := shape{
		"blocks!":          func(c *checker, at string, v any) { c.checkBlocks(at, v, 100) },
		"private_metadata": chars(0, 3000), "callback_id": chars(0, 255), "external_id": chars(0, 255),
	}
	if kind == "modal" {
		known["title!"], known["submit"], known["close"] = plainText(24), plainText(24), plainText(24)
		known["clear_on_close"], known["notify_on_close"], known["submit_disabled"] = boolean, boolean, boolean
	}
	c.checkObject("/view", v, known)
	if c.input && kind == "modal" && v["submit"] == nil {
		c.failf("/view", "missing required field: submit; a view with an input block needs it")
	}
	return c.messages
}
