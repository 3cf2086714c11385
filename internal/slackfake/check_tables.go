package slackfake

import (
	"strconv"
	"unicode/utf8"
)

const (
	tableRows, tableCells, tableChars             = 100, 20, 10_000
	dataTableRows, dataTableColumns, dataTableSum = 201, 20, 20_000 // the header is a row
)

func tableShape() shape {
	return shape{
		"rows!": listOf(1, tableRows, listOf(1, tableCells, tableCell)),
		"column_settings": listOf(0, tableCells, func(c *checker, at string, v any) {
			if v != nil { // null leaves a column as it is
				objectOf(shape{"align": oneOf("left", "center", "right"), "is_wrapped": boolean})(c, at, v)
			}
		}),
	}
}

func dataTableShape() shape {
	return shape{
		"caption!": chars(1, 2000), "rows!": listOf(2, dataTableRows, listOf(1, dataTableColumns, dataTableCell)), "page_size": whole(1, 100),
		"row_header_column_index": whole(0, dataTableColumns-1),
	}
}

func tableCell(c *checker, at string, v any) {
	switch kind := str(object(v)["type"]); kind {
	case "raw_text":
		objectOf(shape{"text!": chars(0, tableChars)})(c, at, v)
	case "raw_number":
		objectOf(shape{"value!": numeric, "text": chars(0, tableChars)})(c, at, v)
	case "rich_text":
		objectOf(shape{"elements!": listOf(0, 1000, richElement)})(c, at, v)
	default:
		c.failf(at+"/type", "unsupported type: %s", kind)
	}
}

func dataTableCell(c *checker, at string, v any) {
	cell := object(v)
	if str(cell["type"]) != "action_cell" {
		tableCell(c, at, v)
		return
	}
	objectOf(shape{"element!": elementOf([]string{"button"}), "fallback": tableCell})(c, at, v)
	if str(object(cell["fallback"])["type"]) == "rich_text" {
		c.failf(at+"/fallback/type", "must be one of: raw_text, raw_number")
	}
}

func (c *checker) checkTable(at string, b Object) {
	if n := cellChars(b); n > tableChars {
		c.failf(at, "must be less than %d characters in all cells", tableChars+1)
	}
}

func (c *checker) checkDataTable(at string, b Object) {
	if n := cellChars(b); n > dataTableSum {
		c.failf(at, "must be less than %d characters in all cells", dataTableSum+1)
	}
	columns := 0
	for i, row := range list(b["rows"]) {
		at := at + "/rows/" + strconv.Itoa(i)
		cells := list(row)
		if i == 0 {
			columns = len(cells)
			for j, cell := range cells {
				if str(object(cell)["type"]) != "raw_text" {
					c.failf(at+"/"+strconv.Itoa(j)+"/type", "the header row must have raw_text cells only")
				}
			}
		} else if len(cells) != columns {
			c.failf(at, "must have as many cells as the header row (%d)", columns)
		}
	}
	if index := number(b["row_header_column_index"], 0); columns > 0 && index >= columns {
		c.failf(at+"/row_header_column_index", "must be less than the number of columns")
	}
}

// cellChars counts the characters of all cells of a table.
func cellChars(b Object) int {
	n := 0
	for _, row := range list(b["rows"]) {
		for _, cell := range objects(row) {
			n += utf8.RuneCountInString(cellText(cell, nil))
		}
	}
	return n
}
