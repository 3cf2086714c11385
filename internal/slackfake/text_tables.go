package slackfake

import (
	"strings"
	"unicode/utf8"
)

func cellText(cell Object, r *reader) string {
	if r == nil {
		r = &reader{}
	}
	switch str(cell["type"]) {
	case "raw_text":
		return str(cell["text"])
	case "raw_number":
		return firstOf(str(cell["text"]), str(cell["value"]))
	case "rich_text":
		return r.rich(objects(cell["elements"]))
	case "action_cell":
		return r.element(object(cell["element"]))
	}
	return ""
}

// table is a table with its columns aligned: numbers and what column_settings say to the right.
func (r *reader) table(b Object) string {
	settings := list(b["column_settings"])
	var rows [][]string
	right := map[int]bool{}
	for i, row := range list(b["rows"]) {
		var cells []string
		for j, cell := range objects(row) {
			cells = append(cells, strings.ReplaceAll(cellText(cell, r), "\n", " "))
			if str(cell["type"]) == "raw_number" && i > 0 {
				right[j] = true
			}
		}
		rows = append(rows, cells)
	}
	for j, setting := range settings {
		right[j] = right[j] || str(object(setting)["align"]) == "right"
	}
	return columns(rows, right)
}

// columns sets rows of cells in columns; right names the ones that are set to the right.
func columns(rows [][]string, right map[int]bool) string {
	var widths []int
	for _, row := range rows {
		for j, cell := range row {
			if j == len(widths) {
				widths = append(widths, 0)
			}
			widths[j] = max(widths[j], utf8.RuneCountInString(cell))
		}
	}
	var lines []string
	for _, row := range rows {
		var line strings.Builder
		for j, cell := range row {
			pad := strings.Repeat(" ", widths[j]-utf8.RuneCountInString(cell))
			if j > 0 {
				line.WriteString("  ")
			}
			if right[j] {
				line.WriteString(pad + cell)
			} else {
				line.WriteString(cell + pad)
			}
		}
		lines = append(lines, strings.TrimRight(line.String(), " "))
	}
	return strings.Join(lines, "\n")
}

// chart is a chart as numbers: slices with their values, or a row for each category with the series as columns.
func (r *reader) chart(b Object) string {
	chart := object(b["chart"])
	right := map[int]bool{}
	var rows [][]string
	if segments := objects(chart["segments"]); segments != nil {
		right[1] = true
		for _, segment := range segments {
			rows = append(rows, []string{str(segment["label"]), str(segment["value"])})
		}
	} else {
		head := []string{""}
		for i, series := range objects(chart["series"]) {
			head = append(head, str(series["name"]))
			right[i+1] = true
		}
		rows = append(rows, head)
		for _, category := range list(object(chart["axis_config"])["categories"]) {
			row := []string{str(category)}
			for _, series := range objects(chart["series"]) {
				value := ""
				for _, point := range objects(series["data"]) {
					if str(point["label"]) == str(category) {
						value = str(point["value"])
					}
				}
				row = append(row, value)
			}
			rows = append(rows, row)
		}
	}
	return "[" + str(chart["type"]) + " chart: " + str(b["title"]) + "]\n" + columns(rows, right)
}
