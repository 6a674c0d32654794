package locale

import (
	"math"
	"testing"

	"campaignbot/bot"
)

func TestTrendIsNumbersWithBarsBesideThem(t *testing.T) {
	for _, c := range []struct {
		name          string
		trend         bot.Trend
		numbers, bars string
	}{
		{"rising", bot.Trend{0, 50, 100}, "0 → 50 → 100", " ▁▅█"},
		{"all the same", bot.Trend{7, 7}, "7 → 7", " ██"},
		{"nothing but zeros", bot.Trend{0, 0, 0}, "0 → 0 → 0", " ▁▁▁"},
		{"very large", bot.Trend{1, math.MaxInt64}, "1 → 9223372036854775807", " ▁█"},
		{"one alone has no bar", bot.Trend{12}, "12", ""},
		{"none", nil, "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			var numbers, bars, plain string
			for _, s := range appendTrend(nil, c.trend) {
				plain += s.Plain()
				if s.Kind == Bars {
					bars += s.Text
				} else {
					numbers += s.Text
				}
			}
			if numbers != c.numbers || bars != c.bars || plain != c.numbers {
				t.Errorf("numbers %q, bars %q, plain %q", numbers, bars, plain)
			}
		})
	}
}
