package delivery

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
)

func TestRiverLogSaysThingsOnce(t *testing.T) {
	var out bytes.Buffer
	log := newRiverLog(slog.New(slog.NewTextHandler(&out, nil)))
	for range 5 {
		log.Info("job counts")
		log.With("queue", "posts").Error("no jobs fetched")
		log.WithGroup("g").Error("no jobs fetched")
		log.Warn("another")
	}
	got := out.String()
	if strings.Count(got, "no jobs fetched") != 1 || strings.Count(got, "another") != 1 || strings.Contains(got, "job counts") {
		t.Fatalf("got:\n%s", got)
	}
}
