package slackfake

import (
	"slices"
	"testing"

	"github.com/slack-go/slack"
)

// TestShapesOfSlackGo has a block of every kind as slack-go writes it: what its makers give must be taken.
func TestShapesOfSlackGo(t *testing.T) {
	everywhere := []string{"message", "modal", "home"}
	words := func(s string) *slack.TextBlockObject { return slack.NewTextBlockObject("plain_text", s, true, false) }
	marked := slack.NewTextBlockObject("mrkdwn", "*x*", false, true)
	option := slack.NewOptionBlockObject("v", words("o"), words("d"))
	button := func(id string) *slack.ButtonBlockElement {
		b := slack.NewButtonBlockElement(id, "v", words("Go")).WithStyle(slack.StyleDanger)
		return b.WithConfirm(slack.NewConfirmationBlockObject(words("t"), marked, words("yes"), words("no")))
	}
	picture := slack.NewImageBlockElement("https://x.example/a.png", "a")
	bold := &slack.RichTextSectionTextStyle{Bold: true}
	section := slack.NewRichTextSection(
		slack.NewRichTextSectionTextElement("a", bold), slack.NewRichTextSectionUserElement(Ana, nil), slack.NewRichTextSectionChannelElement(ChannelLeads, nil),
		slack.NewRichTextSectionLinkElement("https://x.example", "l", nil), slack.NewRichTextSectionEmojiElement("wave", 2, nil),
		slack.NewRichTextSectionDateElement(1795420800, "{date}", nil, nil), slack.NewRichTextSectionBroadcastElement("here"),
		slack.NewRichTextSectionUserGroupElement("S1"),
	)
	input := func(e slack.BlockElement) slack.Block { return slack.NewInputBlock("", words("l"), words("h"), e) }
	axis := slack.NewDataVisualizationAxisConfig("a").WithXLabel("x").WithYLabel("y")
	series := slack.NewDataVisualizationDataSeries("s", slack.NewDataVisualizationDataPoint("a", -1.5))
	card := func() *slack.CardBlock {
		return slack.NewCardBlock().WithTitle(words("t")).WithSubtitle(marked).WithBody(marked).WithSubtext(words("s")).WithHeroImage(picture).WithActions(button("b"))
	}
	for name, test := range map[string]struct {
		surfaces []string
		block    slack.Block
	}{
		"section":    {everywhere, slack.NewSectionBlock(marked, []*slack.TextBlockObject{marked, words("f")}, slack.NewAccessory(button("b")))},
		"header":     {everywhere, slack.NewHeaderBlock(words("h"))},
		"divider":    {everywhere, slack.NewDividerBlock()},
		"context":    {everywhere, slack.NewContextBlock("c", marked, words("w"), picture)},
		"image":      {everywhere, slack.NewImageBlock("https://x.example/a.png", "a", "i", words("t"))},
		"actions":    {everywhere, slack.NewActionBlock("a", button("b"), slack.NewOverflowBlockElement("o", option), slack.NewOptionsSelectBlockElement("static_select", words("p"), "s", option).WithInitialOption(option), slack.NewDatePickerBlockElement("d"), slack.NewTimePickerBlockElement("t"), slack.NewDateTimePickerBlockElement("dt"), slack.NewCheckboxGroupsBlockElement("c", option), slack.NewRadioButtonsBlockElement("r", option), slack.NewOptionsSelectBlockElement("users_select", words("p"), "u"))},
		"text":       {everywhere, input(slack.NewPlainTextInputBlockElement(words("p"), "a"))},
		"email":      {everywhere, input(slack.NewEmailTextInputBlockElement(words("p"), "a"))},
		"url":        {everywhere, input(slack.NewURLTextInputBlockElement(words("p"), "a"))},
		"number":     {everywhere, input(slack.NewNumberInputBlockElement(words("p"), "a", true).WithMinValue("1"))},
		"multi":      {everywhere, input(slack.NewOptionsMultiSelectBlockElement("multi_static_select", words("p"), "a", option).WithInitialOptions(option).WithMaxSelectedItems(2))},
		"groups":     {everywhere, input(slack.NewOptionsGroupSelectBlockElement("static_select", words("p"), "a", slack.NewOptionGroupBlockElement(words("g"), option)))},
		"file input": {everywhere, input(slack.NewFileInputBlockElement("a").WithFileTypes("csv").WithMaxFiles(1))},
		"rich_text": {everywhere, slack.NewRichTextBlock("r", section, slack.NewRichTextList(slack.RTEListBullet, 1, slack.NewRichTextSection(slack.NewRichTextSectionTextElement("a", nil))),
			&slack.RichTextQuote{Type: slack.RTEQuote, Elements: section.Elements}, &slack.RichTextPreformatted{Type: slack.RTEPreformatted, Elements: section.Elements})},
		"markdown":        {[]string{"message"}, slack.NewMarkdownBlock("m", "# x")},
		"table":           {[]string{"message"}, slack.NewTableBlock("t").AddRow(slack.NewTableRawTextCell("a"), slack.NewTableRawNumberCell(1).WithText("one"), slack.NewTableRichTextCell(section)).WithColumnSettings(slack.ColumnSetting{Align: slack.ColumnAlignmentRight})},
		"pie":             {[]string{"message", "home"}, slack.NewDataVisualizationBlock("t", slack.NewDataVisualizationPieChart(slack.NewDataVisualizationSegment("a", 1)))},
		"line":            {[]string{"message", "home"}, slack.NewDataVisualizationBlock("t", slack.NewDataVisualizationLineChart(axis, series))},
		"area":            {[]string{"message", "home"}, slack.NewDataVisualizationBlock("t", slack.NewDataVisualizationAreaChart(axis, series))},
		"card":            {everywhere, card()},
		"carousel":        {everywhere, slack.NewCarouselBlock(card())},
		"alert":           {[]string{"modal"}, slack.NewAlertBlock(words("a"), slack.AlertBlockOptionLevel(slack.AlertLevelWarning))},
		"context_actions": {[]string{"message"}, slack.NewContextActionsBlock("c", slack.NewFeedbackButtonsBlockElement("f", slack.NewFeedbackButton(words("y"), "1"), slack.NewFeedbackButton(words("n"), "0")), slack.NewIconButtonBlockElement("trash", words("t"), "i"))},
		"video":           {everywhere, slack.NewVideoBlock("https://x.example/v", "https://x.example/t", "a", "v", words("t")).WithAuthorName("me").WithDescription(words("d"))},
		"file":            {[]string{"message"}, slack.NewFileBlock("f", "ext", "remote")},
	} {
		for _, surface := range []string{"message", "modal", "home"} {
			got := checked(t, surface, []any{normal(t, test.block)})
			if want := slices.Contains(test.surfaces, surface); want != (len(got) == 0) {
				t.Errorf("%s in a %s: %v, want taken = %v", name, surface, got, want)
			}
		}
	}
}
