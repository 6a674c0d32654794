package troubleshoot

import (
	"context"
	"testing"

	"campaignbot/bot"
)

// BenchmarkSymptom measures a symptom from its text to the reply.
func BenchmarkSymptom(b *testing.B) {
	r := newRig(b)
	req := bot.Request{Surface: bot.Slash, Language: "en", Args: "mails are not leaving since this morning"}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := r.Symptom(context.Background(), req); err != nil {
			b.Fatal(err)
		}
	}
}
