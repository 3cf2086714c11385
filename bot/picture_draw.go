package bot

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/go-analyze/charts"
)

// The picture of a chart, for workspaces in which Slack draws none. It is drawn twice as large as Slack shows it in a message, so that
// it is sharp on any screen and its words can be read on a telephone, and calm: lines of three colours that colour-blind people tell
// apart too, each with a shape of its own.

const (
	pictureWidth, pictureHeight = 880, 520 // pixels
	pictureNames                = 6        // of weeks, side by side
)

// drawn is the chart as a PNG.
func (t trend) drawn() ([]byte, error) {
	font := charts.GetFont(charts.FontFamilyNotoSans) // has every letter of Spanish
	grey := func(level uint8) charts.Color { return charts.ColorRGB(level, level, level) }
	theme := charts.MakeTheme(charts.ThemeOption{
		BackgroundColor: charts.ColorWhite, TextColor: grey(85), AxisStrokeColor: grey(200), AxisSplitLineColor: grey(232),
		SeriesColors: []charts.Color{charts.ColorFromHex("#5b6b8c"), charts.ColorFromHex("#1f9d78"), charts.ColorFromHex("#d97b3f")},
	})
	shapes := []charts.SymbolShape{charts.SymbolDot, charts.SymbolSquare, charts.SymbolDiamond}
	style := func(size float64) charts.FontStyle { return charts.FontStyle{FontSize: size, Font: font} }

	var values [][]float64
	var names []string
	most := 0
	for _, s := range t.series {
		points := make([]float64, len(s.counts))
		for i, n := range s.counts {
			points[i] = float64(n)
			most = max(most, n)
		}
		values, names = append(values, points), append(names, " "+s.name)
	}
	opt := charts.NewLineChartOptionWithData(values)
	for i := range opt.SeriesList {
		opt.SeriesList[i].Symbol = charts.Symbol{Shape: shapes[i%len(shapes)], Size: 7}
	}
	opt.Theme, opt.LineStrokeWidth = theme, 4
	opt.Padding = charts.NewBox(20, 20, 44, 20)
	opt.Legend = charts.LegendOption{SeriesNames: names, FontStyle: style(27), Offset: charts.OffsetLeft}
	opt.XAxis.Labels, opt.XAxis.LabelCount, opt.XAxis.LabelFontStyle = t.named(), len(t.weeks), style(23)
	top, step := scale(most)
	opt.YAxis = []charts.YAxisOption{{
		LabelFontStyle: style(25), Min: charts.Ptr(0.0), Max: charts.Ptr(float64(top)), LabelCount: top/step + 1, RangeValuePaddingScale: charts.Ptr(0.0),
		ValueFormatter: func(v float64) string { return t.number(int(math.Round(v))) },
	}}
	p := charts.NewPainter(charts.PainterOptions{OutputFormat: charts.ChartOutputPNG, Width: pictureWidth, Height: pictureHeight, Font: font, Theme: theme})
	if err := p.LineChart(opt); err != nil {
		return nil, fmt.Errorf("draw %s: %w", t.title, err)
	}
	return p.Bytes()
}

// named is the names of the weeks below a picture: that of every other one, so that they have room, the last one's among them.
func (t trend) named() []string {
	names := slices.Clone(t.weeks)
	for i := len(names) - 2; i >= 0 && len(names) > pictureNames; i -= 2 {
		if names[i] = ""; strings.HasSuffix(t.weeks[i], changeMark) {
			names[i] = changeMark
		}
	}
	return names
}

// scale returns the top of an axis that has room for a count, and the steps to it: four at the most, of 1, 2 or 5 times
// a power of ten.
func scale(most int) (top, step int) {
	const steps = 4
	for power := 1; ; power *= 10 {
		for _, step := range []int{power, 2 * power, 5 * power} {
			if step*steps >= most {
				return max(1, (most+step-1)/step) * step, step
			}
		}
	}
}
