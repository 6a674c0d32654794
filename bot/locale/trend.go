package locale

import (
	"strconv"
	"strings"

	"campaignbot/bot"
)

// levels are the heights of a bar.
var levels = []rune("▁▂▃▄▅▆▇█")

// appendTrend writes the numbers, and bars beside them that begin at zero.
func appendTrend(dst []Span, t bot.Trend) []Span {
	var most int64
	numbers := make([]string, len(t))
	for i, n := range t {
		most = max(most, n)
		numbers[i] = strconv.FormatInt(n, 10)
	}
	dst = append(dst, Span{Text: strings.Join(numbers, " → ")})
	if len(t) < 2 {
		return dst
	}
	bars := make([]rune, len(t))
	for i, n := range t {
		bars[i] = levels[0]
		if most > 0 {
			bars[i] = levels[int(float64(max(n, 0))/float64(most)*float64(len(levels)-1)+0.5)]
		}
	}
	return append(dst, Span{Kind: Bars, Text: " " + string(bars)})
}
