package slackfake

import (
	"slices"
	"strconv"
)

const (
	chartParts  = 12 // series or slices
	chartPoints = 20
	chartLabel  = 20
	axisLabel   = 50
)

// chart is what a data_visualization draws.
func chart(c *checker, at string, v any) {
	label := chars(1, chartLabel)
	point := objectOf(shape{"label!": label, "value!": numeric})
	switch kind := str(object(v)["type"]); kind {
	case "pie":
		objectOf(shape{"segments!": listOf(1, chartParts, all(point, positive))})(c, at, v)
	case "bar", "line", "area":
		series := objectOf(shape{"name!": label, "data!": listOf(1, chartPoints, point)})
		axis := objectOf(shape{"categories!": listOf(1, chartPoints, label), "x_label": chars(0, axisLabel), "y_label": chars(0, axisLabel)})
		objectOf(shape{"series!": listOf(1, chartParts, series), "axis_config!": axis})(c, at, v)
		c.checkSeries(at, object(v))
	default:
		c.failf(at+"/type", "unsupported type: %s", kind)
	}
}

func positive(c *checker, at string, v any) {
	if n, err := strconv.ParseFloat(str(object(v)["value"]), 64); err == nil && n <= 0 {
		c.failf(at+"/value", "must be more than 0")
	}
}

// checkSeries wants one point for every category in every series, and no name twice.
func (c *checker) checkSeries(at string, chart Object) {
	var categories []string
	for i, v := range list(object(chart["axis_config"])["categories"]) {
		if slices.Contains(categories, str(v)) {
			c.failf(at+"/axis_config/categories/"+strconv.Itoa(i), "must be unique: %s", str(v))
		}
		categories = append(categories, str(v))
	}
	var names []string
	for i, series := range objects(chart["series"]) {
		at := at + "/series/" + strconv.Itoa(i)
		if slices.Contains(names, str(series["name"])) {
			c.failf(at+"/name", "must be unique: %s", str(series["name"]))
		}
		names = append(names, str(series["name"]))
		var labels []string
		for j, point := range objects(series["data"]) {
			label := str(point["label"])
			switch {
			case !slices.Contains(categories, label):
				c.failf(at+"/data/"+strconv.Itoa(j)+"/label", "must match one of the categories: %s", label)
			case slices.Contains(labels, label):
				c.failf(at+"/data/"+strconv.Itoa(j)+"/label", "must be unique: %s", label)
			}
			labels = append(labels, label)
		}
		if len(labels) != len(categories) {
			c.failf(at+"/data", "must have exactly one point for every category")
		}
	}
}
