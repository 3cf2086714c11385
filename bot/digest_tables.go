package bot

import (
	"strings"
	"unicode/utf8"

	"github.com/rivo/uniseg"
	"github.com/slack-go/slack"
)

// Slack's limits on charts, in characters.
const (
	maxChartTitle = 50
	maxChartLabel = 20
)

// grid is a table: a head, and rows whose first cell names them. The other cells are short.
type grid struct {
	head []string
	rows []gridRow
}

type gridRow struct {
	cells []string
	sum   bool   // sums up the rows below it
	user  string // whom the first cell mentions
}

func (g grid) block(DigestOptions) slack.Block {
	table := slack.NewTableBlock("")
	left := maxTableCells
	cell := func(s string) slack.TableCell {
		s = cut(nonEmpty(s), maxCell)
		left -= utf8.RuneCountInString(s)
		return slack.NewTableRawTextCell(s)
	}
	row := func(cells []string) []slack.TableCell {
		made := make([]slack.TableCell, len(cells))
		for i, s := range cells {
			made[i] = cell(s)
		}
		return made
	}
	table.AddRow(row(g.head)...)
	for _, r := range g.rows {
		cells := row(r.cells)
		if left < 0 {
			break
		}
		if r.user != "" {
			cells[0] = slack.NewTableRichTextCell(paragraph(slack.NewRichTextSectionUserElement(r.user, nil)))
		}
		if r.sum {
			for i, s := range r.cells {
				cells[i] = slack.NewTableRichTextCell(paragraph(bold(cut(nonEmpty(s), maxCell))))
			}
		}
		table.AddRow(cells...)
	}
	settings := []slack.ColumnSetting{{Align: slack.ColumnAlignmentLeft, IsWrapped: true}}
	for range g.head[1:] {
		settings = append(settings, slack.ColumnSetting{Align: slack.ColumnAlignmentRight})
	}
	return table.WithColumnSettings(settings...)
}

func (g grid) said() []string {
	var lines []string
	for _, r := range g.rows {
		var cells []string
		for i, c := range r.cells[1:] {
			if c != "" {
				cells = append(cells, strings.ToLower(g.head[i+1])+" "+c)
			}
		}
		lines = append(lines, cut(r.cells[0], maxCell)+": "+strings.Join(cells, ", "))
	}
	return lines
}

func (g grid) typed() []string {
	width := make([]int, len(g.head))
	all := append([]gridRow{{cells: g.head}}, g.rows...)
	text := func(r gridRow, i int) string {
		s := cut(oneLine(r.cells[i]), maxCell)
		if i == 0 && !r.sum && g.sums() && s != g.head[0] {
			return "  " + s
		}
		return s
	}
	for _, r := range all {
		for i := range r.cells {
			width[i] = max(width[i], uniseg.StringWidth(text(r, i)))
		}
	}
	lines := make([]string, len(all))
	for n, r := range all {
		cells := make([]string, len(r.cells))
		for i := range r.cells {
			cells[i] = padded(text(r, i), width[i], i > 0)
		}
		lines[n] = strings.TrimRight(strings.Join(cells, "  "), " ")
	}
	return lines
}

func (g grid) sums() bool {
	for _, r := range g.rows {
		if r.sum {
			return true
		}
	}
	return false
}

// trend is a chart of lines over some weeks, and the same as a table.
type trend struct {
	title  string
	weeks  []string
	series []trendSeries
	table  grid
	number func(int) string // writes a count
}

type trendSeries struct {
	name   string
	counts []int
	shown  []string // the counts as people write them
}

func (t trend) block(opts DigestOptions) slack.Block {
	switch {
	case opts.Picture != "":
		return t.picture(opts.Picture)
	case opts.NoCharts:
		return t.table.block(opts)
	}
	var series []slack.DataVisualizationDataSeries
	for _, s := range t.series {
		points := make([]slack.DataVisualizationDataPoint, len(s.counts))
		for i, n := range s.counts {
			points[i] = slack.NewDataVisualizationDataPoint(cut(t.weeks[i], maxChartLabel), float64(n))
		}
		series = append(series, slack.NewDataVisualizationDataSeries(cut(s.name, maxChartLabel), points...))
	}
	axis := slack.NewDataVisualizationAxisConfig(t.weeks...)
	return slack.NewDataVisualizationBlock(cut(t.title, maxChartTitle), slack.NewDataVisualizationLineChart(axis, series...))
}

func (t trend) said() []string {
	lines := []string{t.title + ":"}
	for _, s := range t.series {
		lines = append(lines, s.name+": "+strings.Join(s.shown, ", ")+".")
	}
	return lines
}

func (t trend) typed() []string { return append([]string{t.title}, t.table.typed()...) }
